"""True Meridian: a directory of acupuncturists in which every credential points to evidence.

`create_app` is the one place where parts are put together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

ROOT = Path(__file__).resolve().parent.parent


def create_app(environ: Mapping[str, str] | None = None, *, instance: Path | None = None) -> Flask:
    """The site, from `environ` (the process's own by default). Raises SettingError on a wrong setting."""
    from directory import config, headers, jobs, mail_bell
    from directory.accounts import accounts
    from directory.cli import commands
    from directory.extensions import compress, csrf, db, limiter, mail, migrate
    from directory.views import site

    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get("INSTANCE_PATH", ROOT / "instance"))
    settings = config.read_settings(environ, instance)
    app = Flask(__name__, instance_path=str(instance.resolve()))
    app.config.update(settings)
    app.config.update(config.flask_settings(settings))
    if settings["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings["PROXY_HOPS"], x_proto=1, x_host=0)  # type: ignore[method-assign]

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    mail.init_app(app)
    compress.init_app(app)
    limiter.init_app(app)
    accounts.init_app(app)
    jobs.init_app(app)
    mail_bell.init_app(app)
    headers.init_app(app)
    site.init_app(app)
    commands.init_app(app)
    return app
