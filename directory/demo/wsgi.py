"""The site of the demo: the app as it is everywhere, and beside it the pages of the demo."""

from directory import create_app

app = create_app()
