"""Text made comparable: no accents, no case, no punctuation. Both sides of a comparison go through here.

PostgreSQL and SQLite fold accents differently, so neither is asked to.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n"}
)
_APOSTROPHES = re.compile("['`´ʻʼʹ‘’′]")
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`text` in lower case, without accents and apostrophes, other punctuation as single blanks: "obrien garcia"."""
    plain = _APOSTROPHES.sub("", text)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
        plain = unicodedata.normalize("NFKC", plain.casefold().translate(_LETTERS))
    return _NOT_A_WORD.sub(" ", plain.casefold()).strip()
