"""Names that registries print in capitals, made readable. A name that already has both cases is its holder's own."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")
_ROMAN = frozenset({"II", "III", "IV", "VI", "VII", "VIII"})  # V and I alone are initials more often
_KEPT = frozenset({"LLC", "PLLC", "LLP", "PC", "PA", "PS", "SC", "USA", "NYC", "TCM", "DBA", "MD", "DO", "ND", "DC"})
_SMALL = frozenset({"AND", "OF", "THE", "FOR", "AT", "IN"})
_SHORT = 3  # in a name of both cases a short part in capitals is meant: "AJ", "LI"


def readable_parts(*parts: str) -> tuple[str, ...]:
    """The parts of one person's name: "JOSÉ", "O'BRIEN" gives "José", "O'Brien"; mixed case stays as it is."""
    mixed = _is_mixed("".join(parts))
    return tuple(part if mixed and not _shouts(part) else _person_part(part) for part in parts)


def readable_organization(name: str) -> str:
    """ "ACME ACUPUNCTURE OF AUSTIN LLC" gives "Acme Acupuncture of Austin LLC"; mixed case stays as it is."""
    if _is_mixed(name):
        return name
    words = name.upper().split()
    return " ".join(_organization_word(word, first=at == 0) for at, word in enumerate(words))


def _is_mixed(text: str) -> bool:
    return text != text.upper() and text != text.lower()


def _shouts(part: str) -> bool:
    return len(part) > _SHORT and part == part.upper()


def _person_part(part: str) -> str:
    return part.upper() if part.upper() in _ROMAN else _WORD.sub(lambda found: _word(found[0]), part)


def _organization_word(word: str, *, first: bool) -> str:
    bare = re.sub(r"[^A-Z]", "", word)
    if bare in _KEPT or bare in _ROMAN:
        return word
    if word in _SMALL and not first:
        return word.lower()
    return _WORD.sub(lambda found: _word(found[0]), word)


def _word(word: str) -> str:
    """One word, with the capital after Mc, and after the apostrophe of O'Brien and D'Angelo (but not of Maria's)."""
    head, mark, tail = _cut(word)
    head = head[:1].upper() + head[1:].lower()
    if head.startswith("Mc") and len(head) > 3:
        head = "Mc" + head[2:].capitalize()
    return head + mark + (tail.lower() if len(tail) == 1 else tail.capitalize())


def _cut(word: str) -> tuple[str, str, str]:
    found = re.search(r"['’`]", word)
    return (word[: found.start()], found[0], word[found.end() :]) if found else (word, "", "")
