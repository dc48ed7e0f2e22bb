"""All misbehavior by name."""

from __future__ import annotations

from scrapers.rehearsal.misbehaving_pages import PAGES
from scrapers.rehearsal.misbehaving_paging import PAGING
from scrapers.rehearsal.misbehaving_rows import ROWS
from scrapers.rehearsal.misbehaving_transport import TRANSPORT

BY_NAME = {one.name: one for one in (*TRANSPORT, *PAGES, *PAGING, *ROWS)}
