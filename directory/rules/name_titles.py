"""What stands around a name and is not the name: credentials in every spelling, and generations (Jr., Sr., III)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from directory.rules.romanization import fold

CREDENTIALS = frozenset(
    (
        *("lac", "licac", "liac", "rac", "cac", "ac", "acp", "ap", "om", "dom", "omd", "dac", "daom", "dacm", "dacom"),
        *("dtcm", "dtom", "dahm", "mac", "macom", "mactcm", "maom", "mahm", "msom", "msac", "mstom", "mstcm", "mtcm"),
        *("mtom", "ms", "ma", "mpac", "eamp", "aemp", "dipl", "diplac", "diplom", "diplch", "diplahm", "ltcm"),
        *("rtcmp", "rtcmh", "drtcm", "mbacc", "fbacc", "fabore", "md", "do", "phd", "dpt", "pt", "rn", "np", "dc"),
        *("nd", "lmt", "esq", "mph", "mba", "bs", "ba", "cmt", "ac-c", "acupuncturist", "msn", "fnp", "lmp", "dnm"),
        *("abt", "oman", "mdiv", "edd", "dds", "dvm", "nccaom", "ncbahm", "cacupuncture", "dnbao", "faaim", "ladc"),
        # Of other professions, for boards and indexes that list them all.
        *(
            "aprn",
            "arnp",
            "crnp",
            "pmhnp",
            "agnp",
            "acnp",
            "cnp",
            "cnm",
            "crna",
            "cns",
            "dnp",
            "bsn",
            "lpn",
            "lvn",
            "bc",
        ),
        *(
            "pa",
            "pac",
            "mpas",
            "lcsw",
            "lscsw",
            "lmsw",
            "licsw",
            "csw",
            "msw",
            "dsw",
            "lpc",
            "lpcc",
            "lcpc",
            "lgpc",
            "lmhc",
        ),
        *(
            "lmft",
            "lcmft",
            "mft",
            "lcadc",
            "cadc",
            "psyd",
            "aud",
            "ccc",
            "slp",
            "otr",
            "ot",
            "otd",
            "cota",
            "mot",
            "motr",
        ),
        *(
            "mpt",
            "mspt",
            "ocs",
            "scs",
            "cht",
            "rd",
            "rdn",
            "ldn",
            "ld",
            "ibclc",
            "bcba",
            "bcaba",
            "rph",
            "pharmd",
            "dmd",
        ),
        *(
            "od",
            "dpm",
            "lcgc",
            "msph",
            "mhs",
            "facs",
            "faafp",
            "facp",
            "ncc",
            "cpc",
            "atc",
            "cscs",
            "cf",
            "cnim",
            "rpsgt",
        ),
    )
)
_ALSO_NAMES = frozenset(
    ("ac", "ap", "om", "ms", "ma", "do", "dc", "bs", "ba", "mac", "rac", "np", "pt", "esq", "dom", "pa", "ot", "ld")
)
_PHRASES = re.compile(
    r"\b(?:licensed|registered|certified) acupuncturist\b"
    r"|\b(?:doctor|masters?) (?:of|in) [a-z ]*?(?:medicine|acupuncture|science)\b"
)
_PARTED = re.compile(r"\b(l|r|c|m|lic|liac|dipl)\.? ac\b\.?|\bdipl\.? ?(o\.? ?m|c\.? ?h)\b\.?", re.IGNORECASE)
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_MARKS = re.compile(r"['`´‘’ʼ.]")
_SEPARATORS = re.compile(r"[^\w]+|_")
_NAMELIKE = re.compile(r"(?=.*[^\W\dbcdfghjklmnpqrstvwxz])\D*")
_CAPITALS = re.compile(r"\W*(?:[A-Z]{2,}[-/. ]*)+")
_WHOLE_NAME = 2  # words


def without_credentials(text: str) -> str:
    """A folded name without the titles behind it, at the end or after a comma; what may be a name stays one."""
    text = _PARTED.sub(lambda found: found.group().replace(" ", "").replace(".", ""), _PHRASES.sub("", text))
    head, *tail = [part.strip() for part in text.split(",")]
    is_no_name = _cannot_be_a_name if len(head.split()) > 1 else is_credential
    kept = [" ".join(_cut(part.split(), least=1)) for part in tail if not all(map(is_no_name, part.split()))]
    return ", ".join([" ".join(_cut(head.split(), least=1 if kept else 2)), *kept])


def field_without_credentials(text: str) -> str:
    """A folded family or given name without titles that somebody typed into its column."""
    head, *tail = [part.strip() for part in text.split(",")]
    return " ".join(
        (*_cut(head.split(), least=1), *(part for part in tail if not all(map(is_credential, part.split()))))
    )


def generation_in(text: str) -> tuple[str, str]:
    """A folded family name without a generation at its end, and that generation: "smith jr." gives "smith", "jr"."""
    words = text.replace(",", " ").split()
    generation = _GENERATIONS.get(_MARKS.sub("", words[-1])) if len(words) > 1 else None
    return (" ".join(words[:-1]), generation) if generation else (text, "")


def generation_of(suffix: str) -> str:
    """The generation that a folded suffix names, "jr" for "Junior"; "" for none."""
    words = _SEPARATORS.split(suffix.replace(".", ""))
    return next((_GENERATIONS[word] for word in words if word in _GENERATIONS), "")


def without_capitals_behind(text: str) -> str:
    """A name that is written small, without what stands behind its comma in capitals: "Ada Crow, XYZ"."""
    head, *tail = text.split(",")
    if len(head.split()) < _WHOLE_NAME or head.isupper():
        return text
    return ",".join(
        (head, *(part for part in tail if not (_CAPITALS.fullmatch(part) and not generation_of(fold(part)))))
    )


def is_credential(word: str) -> bool:
    """Whether a folded word is a known title, or several: "pa-c", "otr/l", "ma-ccc-slp"."""
    bare = _MARKS.sub("", word).strip("()®,")
    return bare in CREDENTIALS or (
        ("-" in bare or "/" in bare) and all(part in CREDENTIALS or len(part) == 1 for part in _SEPARATORS.split(bare))
    )


def _cannot_be_a_name(word: str) -> bool:
    """Whether a folded word behind a whole name and a comma is a title that nobody listed: no vowels, a digit, dots
    between letters of which some stand together ("au.d."). Generations and initials may be parts of a name."""
    if is_credential(word):
        return True
    bare = _MARKS.sub("", word)
    dotted = "." in word.strip(".") and max(map(len, word.split("."))) > 1
    return bare not in _GENERATIONS and len(bare) > 1 and (dotted or not _NAMELIKE.fullmatch(bare))


def _cut(words: Sequence[str], *, least: int) -> list[str]:
    """The words without credentials at the end. The last two that remain are only cut where no name sounds so."""
    left = list(words)
    while len(left) > least and is_credential(left[-1]):
        if len(left) <= 2 and _MARKS.sub("", left[-1]) in _ALSO_NAMES:
            break
        left.pop()
    return left
