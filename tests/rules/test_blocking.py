"""Keys under which people worth comparing meet."""

import pytest

from directory.registries.person_rows import person_of_row
from directory.rules.blocking import keys_of_likeness, keys_of_numbers
from directory.rules.rarity import Rarity
from tests.rules.makers import NPI

ROW = {"id": "1", "name": "Rosalind Ferncastle", "street": "12 Kestrel St", "city": "Sonora", "postal_code": "95370"}


def likeness(**changes):
    return keys_of_likeness(person_of_row(ROW | changes), Rarity())


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Ferncastle, Rosalind"},
        {"name": "Rosalynd Fernkastle"},
        {"name": "Bartholomew Quill"},
        {"street": "", "city": "", "postal_code": ""},
        {"name": "R. Ferncastle", "street": "", "city": ""},
        {"name": "Rosalind Quill", "street": ""},
        {"name": "Rosalind Quill", "street": "99 Alder Rd", "city": "", "postal_code": "95370"},
    ],
)
def test_one_or_two_errors_leave_a_key(changes):
    assert likeness() & likeness(**changes)


def test_strangers_share_no_key():
    assert not likeness() & likeness(name="Ada Crow", street="9 Alder Rd", city="Reno", postal_code="89501")


@pytest.mark.parametrize("number", ["AC 12345", "012345", "ac-12345"])
def test_one_number_written_in_two_ways_is_one_key(number):
    ours = person_of_row({"id": "1", "name": "A B", "license_number": "12345", "license_jurisdiction": "US-CA"})
    theirs = person_of_row({"id": "2", "name": "C D", "license_number": number, "license_jurisdiction": "California"})
    elsewhere = person_of_row({"id": "3", "name": "C D", "license_number": number, "license_jurisdiction": "NV"})
    assert set(keys_of_numbers(ours)) & set(keys_of_numbers(theirs))
    assert not set(keys_of_numbers(ours)) & set(keys_of_numbers(elsewhere))


def test_npi_and_phone_are_keys_and_a_wrong_npi_is_none():
    row = {"id": "1", "name": "A B", "npi": NPI, "phone": "+1 209 555 0101"}
    other = {"id": "2", "name": "C D", "npi": "1234567890", "phone": "(209) 555-0101"}
    assert len(set(keys_of_numbers(person_of_row(row)))) == 2
    assert len(set(keys_of_numbers(person_of_row(row))) & set(keys_of_numbers(person_of_row(other)))) == 1
