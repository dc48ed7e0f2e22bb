"""Links: a stranger's becomes that of an invented site; in the registry's own, what leads to a person is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

from scrapers.invented import Invented

GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
OPAQUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=.%-]{24,}")
_PUBLIC = frozenset(("w3.org", "schema.org"))  # names of vocabularies, which lead nowhere


class Links:
    """How addresses are replaced. `stays` are texts of the description, such as the ids of data sets."""

    def __init__(
        self,
        invented: Invented,
        text: Callable[[str, str], str],
        *,
        own_hosts: Iterable[str],
        stays: Iterable[str],
    ) -> None:
        """text: replaces a decoded value, given the name of its parameter."""
        self._invented, self._text = invented, text
        self._own = {site_of(host) for host in own_hosts if host} | _PUBLIC
        self._stays = set(stays)

    def is_own(self, host: str) -> bool:
        return site_of(host) in self._own or host.endswith(".example")

    def url(self, url: str) -> str:
        """The address that stands for this one."""
        if url in self._stays:
            return url
        if url.lower().startswith("www."):
            host = url.partition("/")[0]
            return url if self.is_own(host) else f"www.{self._invented.host(host)}"
        host = urlsplit(url).hostname or ""
        if host and not self.is_own(host):
            return f"https://{self._invented.host(host)}/"
        address, mark, query = url.partition("?")
        start = address.find("/", address.find("//") + 2) if "//" in address else 0
        if start >= 0:
            address = address[:start] + "/".join(self._segment(part) for part in address[start:].split("/"))
        return address + mark + "&".join(self._parameter(part) for part in query.split("&"))

    def opaque(self, value: str) -> str | None:
        """A short text in place of one that nobody can read; None for any other."""
        if OPAQUE.fullmatch(value) and not GUID.search(value) and value not in self._stays:
            return self._invented.token(value, "TOKEN")
        return None

    def _segment(self, part: str) -> str:
        decoded = unquote(part)
        known = decoded.isdecimal() and self._invented.known("number", decoded.lstrip("0"))
        new = self.opaque(decoded) or (self._invented.digits(decoded) if known else self._text(decoded, ""))
        return part if new == decoded else quote(new, safe="!$&'()*+,;=:@")

    def _parameter(self, part: str) -> str:
        name, mark, value = part.partition("=")
        decoded = unquote_plus(value)
        new = self.opaque(decoded) or self._text(decoded, unquote_plus(name))
        if new == decoded:
            return part
        return name + mark + (quote_plus(new) if "+" in value else quote(new, safe="!$'()*,;:@/"))


def site_of(host: str) -> str:
    """The last two labels of a host."""
    return ".".join(host.lower().rstrip(".").split(".")[-2:])
