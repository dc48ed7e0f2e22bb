"""Styles, fonts and the script, under addresses that carry a fingerprint, so that browsers keep them for a year.

The fingerprint covers the whole static folder and is one step of the path; relative addresses inside the styles keep
working. All styles are sent as one file, each source in its own cascade layer.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory

from directory.views.access import everybody

LAYERS = {
    "pico": "vendor/pico.min.css",
    **{name: f"css/{name}.css" for name in ("fonts", "tokens", "base", "layout", "parts", "pages", "work")},
}
A_YEAR = 365 * 24 * 3600

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Assets:
    """What the static folder held when the site started."""

    folder: Path
    fingerprint: str
    stylesheet: str

    def url(self, name: str) -> str:
        """The address of a file of the static folder, or of `site.css`, for templates."""
        return f"/static/{self.fingerprint}/{name}"

    def integrity(self, name: str) -> str:
        """The hash a browser must find in the file before it runs it."""
        digest = hashlib.sha384((self.folder / name).read_bytes()).digest()
        return f"sha384-{base64.b64encode(digest).decode()}"


def read_assets(folder: Path) -> Assets:
    """Reads the static folder once. Raises FileNotFoundError naming a style that is not there."""
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return Assets(folder, whole.hexdigest()[:12], _in_layers(folder))


def _in_layers(folder: Path) -> str:
    written = [f"@layer {', '.join(LAYERS)};"]
    for layer, name in LAYERS.items():
        source = (folder / name).read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
        written.append(f"@layer {layer} {{\n{source}\n}}")
    return "\n".join(written)


@bp.get("/static/<fingerprint>/<path:name>")
@everybody
def asset(fingerprint: str, name: str) -> Response:
    """Everybody: one file. A fingerprint that is not today's is answered too, but not kept for long."""
    assets: Assets = current_app.extensions["assets"]
    if name == "site.css":
        response = Response(assets.stylesheet, mimetype="text/css")
        response.set_etag(assets.fingerprint)
        response.make_conditional(request)
    else:
        response = send_from_directory(assets.folder, name, max_age=60)
    if fingerprint == assets.fingerprint:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@bp.get("/favicon.ico")
@everybody
def favicon() -> Response:
    """Everybody: browsers ask for it by this name whatever a page says."""
    assets: Assets = current_app.extensions["assets"]
    return send_from_directory(assets.folder, "icon.svg", max_age=24 * 3600)


@bp.get("/robots.txt")
@everybody
def robots() -> Response:
    """Search engines may read what is public; nothing there needs an account."""
    lines = ("User-agent: *", "Disallow: /account/", "Disallow: /moderation/", "Disallow: /claim/", "")
    return Response("\n".join(lines), mimetype="text/plain", headers={"Cache-Control": "public, max-age=3600"})


def init_app(app: Flask) -> None:
    assets = read_assets(Path(str(app.static_folder)))
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(asset=assets.url, integrity=assets.integrity)
    app.register_blueprint(bp)
