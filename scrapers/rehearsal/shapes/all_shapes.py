"""Every shape that the rehearsal's server knows, by name: built-in registries, and boards that exist here only."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from scrapers.adapter import Wanted
from scrapers.rehearsal.cast import npi
from scrapers.rehearsal.shapes import apis, lists, saved
from scrapers.rehearsal.shapes.form_boards import boards
from scrapers.rehearsal.shapes.forms import Board, answering
from scrapers.rehearsal.shapes.shape import EVERYBODY, Shape

NAMED = Wanted(family=EVERYBODY)

# How the numbers of boards behind a form look. They have few people: ten in one answer mean to New York and to
# Michigan's Accela that others may have been left out, and each has a page that is opened.
_NUMBERS = {
    "us_nj": "25MZ{:08d}",
    "us_ri": "DAC{:05d}",
    "us_in": "81{:06d}A",
    "us_nh": "{:04d}",
    "us_co_lookup": "ACU.{:07d}",
    "us_ct_lookup": "{:06d}",
    "us_mi": "5401{:06d}",
    "us_nd": "A{:04d}",
    "us_ky": "AC{:04d}",
    "us_me": "AC{:04d}",
    "us_fl_mqa": "AP{:04d}",
    "us_tx_tmb": "AC{:05d}",
    "us_va": "0121{:06d}",
    "us_md_web": "U{:05d}",
}
_WITHOUT_A_PAGER = {"us_nd", "us_va", "us_fl_mqa", "us_mi", "us_md_web", "shape_form"}


@cache
def shapes() -> dict[str, Shape]:
    """By name, in the order in which they are told."""
    listed = [*_whole_lists(), *(_form_shape(name, board) for name, board in boards().items()), *_apis()]
    return {shape.name: shape for shape in [*listed, *saved.shapes()]}


def _whole_lists() -> list[Shape]:
    return [
        Shape("shape_csv", "csv", "a file of rows", ("/files/licensees.csv",), lists.csv_file),
        Shape("shape_workbook", "workbook", "an Excel workbook", ("/files/licensees.xlsx",), lists.workbook),
        Shape("shape_json", "json", "a JSON list in windows", ("/api/licensees",), lists.json_list),
        Shape("us_de", "socrata", "a Socrata dataset (Delaware)", ("/resource/pjnv-eaih.json",), lists.socrata),
        Shape("us_tx", "socrata", "a Socrata dataset (Texas)", ("/resource/tm3v-pfq9.json",), lists.socrata),
        Shape("shape_table", "table", "an HTML table, paged by links", ("/table/licensees",), lists.html_table),
    ]


def _form_shape(name: str, board: Board) -> Shape:
    opened = [board.opens.split("?")[0].split("{")[0] + ("" if "?" in board.opens else "*")] if board.opens else []
    return Shape(
        name,
        "postback" if name == "shape_postback" else "form",
        "a whole list behind postbacks" if name == "shape_postback" else "a search form",
        tuple(path for path in (board.start, board.results, *opened) if path),
        answering(board),
        numbers=_NUMBERS.get(name, "X-{:05d}"),
        how_many=23 if name == "shape_postback" else 6,
        wanted=None if name == "shape_postback" else NAMED,
        page_size=10 if name == "shape_postback" else 1000 if name in _WITHOUT_A_PAGER else 4,
    )


def _apis() -> list[Shape]:
    profile = "/rest/public/profile"
    york = "/rosa/V2/byProfessionAnd"
    return [
        Shape(
            "us_az",
            "api",
            "Thentia's JSON",
            (f"{profile}/search/", f"{profile}/get/"),
            apis.thentia,
            numbers="LAC-{:06d}",
            how_many=6,
            wanted=NAMED,
            page_size=4,
        ),
        Shape(
            "us_ny",
            "api",
            "New York's JSON",
            (f"{york}Name", f"{york}LicenseNumber"),
            apis.new_york,
            numbers="99{:04d}",
            how_many=6,
            wanted=NAMED,
        ),
        Shape(
            "us_nppes",
            "api",
            "the NPI registry's JSON",
            ("/api/",),
            apis.nppes,
            numbers="U{:05d}",
            how_many=1,
            wanted=Wanted(number=npi(100_001_001)),
        ),
    ]


def shape_at(path: str) -> Shape | None:
    """The shape that answers at this path."""
    path = urlsplit(path).path
    for shape in shapes().values():
        if any(path.startswith(known[:-1]) if known.endswith("*") else path == known for known in shape.paths):
            return shape
    return None
