"""What in a recording looks like a real person: for a machine to refuse, and for a person to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scrapers.channels import Channel
from scrapers.invented import bare
from scrapers.normalize import valid_npi
from scrapers.personal_columns import PersonalColumns
from scrapers.recorded_shapes import recorded
from scrapers.recording import Recording
from scrapers.replacing import MAIL, PHONE
from scrapers.replacing_links import site_of
from scrapers.replacing_names import WORD
from scrapers.spec import RegistrySpec

INVENTED_NPIS = ("198000", "199000")  # how those begin that this project invents
EXAMPLE_NPI = "1234567893"  # of the standard itself
_HOST = re.compile(r"(?:https?:)?//([A-Za-z0-9][\w.-]*\.[A-Za-z]{2,})|\bwww\.([\w-]+(?:\.[\w-]+)+)")
_CAPITAL = re.compile(r"[^\W\d_]{2,}")
_CHALLENGES = {"cloudflare.com"}  # a page of the registry may carry its script
_VOCABULARIES = {"w3.org", "schema.org", "openxmlformats.org", "microsoft.com", "purl.org"}


def own_hosts(spec: RegistrySpec) -> set[str]:
    """The hosts of a registry itself."""
    addresses = [*spec.allowed_hosts, spec.home, spec.terms.url, spec.license.url]
    return {found[1] for address in addresses if (found := re.match(r"https?://(?:[^/@]*@)?([^/:?#]+)", address))}


def leftovers(text: str, spec: RegistrySpec, numbers: Iterable[str] = ()) -> Iterator[str]:
    """Telephone numbers that are not 555-01xx, addresses at hosts that are neither invented nor the registry's own,
    NPIs that are not of the invented ones. `numbers` are license numbers, of which some look like an NPI."""
    for found in PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) >= 10 and not re.search(r"55501\d\d$", digits):
            yield f"the telephone number {found[0]}"
    for found in MAIL.finditer(text):
        if not found[0].lower().endswith(".example"):
            yield f"the e-mail address {found[0]}"
    own = {site_of(host) for host in own_hosts(spec)} | _CHALLENGES | _VOCABULARIES
    for found in _HOST.finditer(text):
        host = (found[1] or found[2]).lower()
        if not host.endswith(".example") and site_of(host) not in own:
            yield f"the web address {host}"
    known = {re.sub(r"\D", "", number) for number in numbers}
    for run in re.findall(r"(?<!\d)1\d{9}(?!\d)", text):
        if valid_npi(run) and not run.startswith(INVENTED_NPIS) and run != EXAMPLE_NPI and run not in known:
            yield f"the NPI {run}"
    for run in re.findall(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", text):
        yield f"what may be a social security number, {run}"


def leftovers_of(recording: Recording, spec: RegistrySpec, records: Iterable[dict[str, object]] = ()) -> Iterator[str]:
    """The same for a whole recording: each finding with its file."""
    numbers = [str(record.get("number_raw", "")) for record in records]
    for name, body in named_bodies(recording):
        for finding in dict.fromkeys(
            leftovers(_whole_text(body, spec.channel(recording.channel), spec), spec, numbers)
        ):
            yield f"{name}: {finding}"
    for page in recording.pages:
        for finding in leftovers(f"{page.url} {dict(page.form or {})}", spec, numbers):
            yield f"recording.yaml: {finding}"


def named_bodies(recording: Recording) -> list[tuple[str, bytes]]:
    """Each body, with the file it is or the address it answers."""
    return [(page.url, page.body) for page in recording.pages] or list(recording.files.items())


def _whole_text(body: bytes, channel: Channel, spec: RegistrySpec) -> str:
    """Everything in a body, attributes and scripts too; of a packed one its cells."""
    if body.startswith(b"PK"):
        return "\n".join(text for text, _ in recorded(body, channel, PersonalColumns(spec)).cells())
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        return body.decode("utf-16-le", errors="replace") + body.decode("latin-1")
    return body.decode(channel.encoding or "utf-8", errors="replace")


def doubtful_words(text: str, known: Iterable[str]) -> list[str]:
    """Words with a capital that nobody told us of, and digits that are no date: a person looks whether one names
    somebody."""
    known = list(known)
    months = "January February March April May June July August September October November December"
    known += [months, " ".join(month[:3] for month in months.split())]
    bares = {bare(word) for one in known for word in WORD.findall(one)}
    words = [word for word in _CAPITAL.findall(text) if word[0].isupper() and bare(word) not in bares]
    told = set(known)
    runs = re.findall(r"(?<![\d/.-])\d{6,}(?![\d/.-])", text)
    digits = [run for run in runs if run not in told and not re.search("55501..$", run)]
    return list(dict.fromkeys([*words, *digits]))
