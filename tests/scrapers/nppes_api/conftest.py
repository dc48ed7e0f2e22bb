"""NPPES, and a reader of its answers."""

import json

import pytest

from scrapers.spec import find_spec
from tests.scrapers.making import make_file, read_files


@pytest.fixture
def nppes():
    return find_spec("us_nppes")


@pytest.fixture
def read(nppes, tmp_path):
    def read(content):
        text = content if isinstance(content, str) else json.dumps(content)
        return read_files(nppes, make_file(tmp_path, text, "answer.json"), channel="saved_page")

    return read
