"""The app, built from the environment: `flask --app wsgi …`, `gunicorn wsgi:app`."""

from directory import create_app

app = create_app()
