"""Languages as listings state them: ISO 639-1 codes, and the names by which people in English write them."""

from __future__ import annotations

from collections.abc import Iterable

from directory.search.folding import fold

LANGUAGES = {
    "am": "Amharic", "ar": "Arabic", "bn": "Bengali", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "ga": "Irish", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "ht": "Haitian Creole", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "km": "Khmer", "ko": "Korean", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mi": "Maori",
    "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "my": "Burmese", "ne": "Nepali",
    "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yi": "Yiddish", "zh": "Chinese",
}  # fmt: skip

_OTHER_NAMES = {
    "mandarin": "zh", "cantonese": "zh", "mandarin chinese": "zh", "farsi": "fa", "filipino": "tl", "castilian": "es",
    "espanol": "es", "deutsch": "de", "francais": "fr", "norwegian bokmal": "no", "burmese": "my", "creole": "ht",
}  # fmt: skip

_CODES = {fold(name): code for code, name in LANGUAGES.items()} | _OTHER_NAMES


def language_code(text: str) -> str | None:
    """The code of a language given by its name or code, or None for one we do not know."""
    folded = fold(text)
    return folded if folded in LANGUAGES else _CODES.get(folded)


def language_names(codes: Iterable[str]) -> tuple[str, ...]:
    """The names of codes, in order; a code without a name is left out."""
    return tuple(LANGUAGES[code] for code in codes if code in LANGUAGES)
