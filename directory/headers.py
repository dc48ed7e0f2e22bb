"""Security headers on every answer, and nothing from third parties."""

from __future__ import annotations

from flask import Flask, Response

from directory.extensions import mark_reading

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_app(app: Flask) -> None:
    """Adds the headers to `app`; HSTS too where the site is served over TLS."""
    headers = dict(HEADERS)
    if app.config["SITE_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    @app.before_request
    def say_whether_this_only_reads() -> None:
        from flask import request

        # Flask-Security's links (confirm, reset, sign out) write although they are followed by GET.
        mark_reading(request.method in {"GET", "HEAD", "OPTIONS"} and request.blueprint != "security")
