"""From what was compared to sure, unsure or no: the one place where it is decided, for registry runs and for files.

Sure takes a key that agrees (license number or NPI) and a name that agrees; or, in files without keys, a whole name at
the same door or phone. Everything else with enough in common is a question to a person. One number of the same place
and profession that differs makes two people, unless phone and name agree; two valid NPIs do.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.rules.vocabulary import Verdict

_SURE_BITS = 38.0
_PLACE_ALONE = 14.0  # bits of a place that speak for themselves where the name does not agree
_ALIKE = 10.0  # bits of a name of which a part agrees
_KEY_BITS = 20.0
_SURE_BY_BOTH, _SURE_BY_NUMBER, _SURE_BY_NPI, _SURE_BY_DOOR = 1.0, 0.98, 0.97, 0.95
_KEY_WITHOUT_NAME = 0.6
_BITS_A_STEP = 4.0  # that make the odds twice as good
_SUPPORTED_NAME, _NAME_ONLY = 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Features:
    """What was compared: True and False are answers, None is that one side gives nothing to compare.

    number: the same license number of the same place and profession, or of one that is not told, beside the same name;
    number_slip: another, but a slip of the pen away. given: a given name in full that both have, of whatever family
    name. generation: False where only one side, or each side another, is a Jr. or a Sr.
    door: house number, street and postal code or town. kilometers: between their nearest places.
    keyless: one file, or both rows, have neither numbers nor NPIs. counted: the people on both sides are counted, so
    that a rare name speaks for itself. alone: both give a street, where hardly anybody has neighbors in one file.
    namesakes: one file has two of the name at the door or phone.
    bits: all likenesses together; name_bits and place_bits: those of the name and of the place; least_bits: from how
    many on bits count.
    """

    npi: bool | None = None
    number: bool | None = None
    phone: bool | None = None
    postal_code: bool | None = None
    region: bool | None = None
    name: bool | None = None
    name_score: float = 0.0
    given: bool | None = None
    number_slip: bool = False
    town: bool | None = None
    keyless: bool = False
    counted: bool = False
    alone: bool = False
    namesakes: bool = False
    door: bool | None = None
    generation: bool | None = None
    kilometers: float | None = None
    bits: float = 0.0
    name_bits: float = 0.0
    place_bits: float = 0.0
    least_bits: float = 19.0

    @property
    def key_agrees(self) -> bool:
        return bool(self.number or self.npi)

    @property
    def near(self) -> bool:
        """Whether something beside the name says that they are in one place."""
        return bool(self.phone or self.postal_code or self.door)

    @property
    def weight(self) -> float:
        """Bits, with those of the keys."""
        return self.bits + _KEY_BITS * (bool(self.number) + bool(self.npi))


def verdict_of(
    features: Features, *, shared_numbers: bool = False, is_exclusion: bool = False
) -> tuple[Verdict, float]:
    """The verdict and how strong it is, 0 to 1. `shared_numbers`: boards give the same number to several people.
    `is_exclusion`: a list of exclusions, which says little of where people are."""
    if features.npi is False:
        # Two valid NPIs are two people, unless somebody mixed two up: the number then asks a person to look.
        return (Verdict.UNSURE, _KEY_WITHOUT_NAME) if features.number and features.name else (Verdict.NO, 0.0)
    if features.key_agrees and (features.name or _renamed(features)):
        if features.number and features.npi:
            return Verdict.SURE, _SURE_BY_BOTH
        return Verdict.SURE, (_SURE_BY_NUMBER if features.number else _SURE_BY_NPI)
    if features.key_agrees:
        is_stranger = shared_numbers and features.name is False and not features.npi
        return (Verdict.NO, 0.1) if is_stranger else (Verdict.UNSURE, _KEY_WITHOUT_NAME)
    return _without_key(features, is_exclusion)


def _renamed(features: Features) -> bool:
    """Whether the family name alone differs, as after a wedding: the given name agrees, and with it the NPI, which is
    nobody else's ever, or beside a license number the phone or the place."""
    return bool(features.given and features.generation is not False and (features.npi or features.near))


def _without_key(features: Features, is_exclusion: bool) -> tuple[Verdict, float]:
    """Without a key that agrees: a question at most, but for a whole name at the same door of files without keys."""
    if features.number is False:
        both = features.name and (features.phone or (features.number_slip and features.near))
        both = both and features.generation is not False
        return _question(features) if both else _no(features)
    if features.bits < features.least_bits:
        return _no(features)
    if _is_at_home(features) and not is_exclusion:
        return Verdict.SURE, _SURE_BY_DOOR
    if features.name and (features.near or features.town or (is_exclusion and features.region)):
        return _question(features)
    if _is_rare(features):
        return _question(features)
    if features.place_bits >= _PLACE_ALONE and (features.name or not _is_another(features)):
        return _question(features)
    return _no(features)


def _is_rare(features: Features) -> bool:
    """Whether it is a whole name that hardly two of the people at hand bear, wherever they are."""
    agrees = features.name and features.given and features.generation is not False
    return bool(agrees and features.counted and features.bits >= features.least_bits)


def _is_at_home(features: Features) -> bool:
    """Whether it is a whole name at one door or phone, in files where no key could tell a father from his son."""
    agrees = features.name and features.given and features.generation is not False
    home = (features.door or features.phone) and features.keyless and not features.namesakes
    return bool(agrees and home and features.bits >= _SURE_BITS)


def _is_another(features: Features) -> bool:
    """Whether it is a sister, a husband or a colleague in one place: the given names differ, or the doors do. In files
    of names and addresses alone, where nobody has neighbors, more given names are misspelled than sisters listed."""
    only_addresses = features.keyless and features.phone is None and features.alone
    return not only_addresses and (features.given is False or not (features.door or features.name_bits >= _ALIKE))


def _question(features: Features) -> tuple[Verdict, float]:
    """The rarer what they share, the stronger: it orders the questions that a person is asked."""
    odds = 1 / (1 + 2 ** ((features.least_bits - features.bits) / _BITS_A_STEP))
    return Verdict.UNSURE, round(_SUPPORTED_NAME * max(features.name_score, 0.5) * odds, 4)


def _no(features: Features) -> tuple[Verdict, float]:
    return Verdict.NO, _NAME_ONLY * features.name_score if features.name else 0.0
