"""The site of the demo: the app as it is everywhere, and beside it the pages of the demo."""

from directory import create_app
from directory.demo import pages

app = create_app()
pages.init_app(app)
