"""Absolute addresses of our own pages, for mails and printed links. Only SITE_URL says where the site is.

The Host header of a request is a stranger's word: a link made from it could send somebody to another site.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app


def site_link(endpoint: str, **values: Any) -> str:
    """The full address of a page, the same inside and outside a request."""
    site = urlsplit(current_app.config["SITE_URL"])
    adapter = current_app.url_map.bind(site.netloc, script_name=site.path or "/", url_scheme=site.scheme)
    return adapter.build(endpoint, values, force_external=True)


def init_app(app: Flask) -> None:
    """Gives templates, those of mails among them, `site_link`."""
    app.add_template_global(site_link)
