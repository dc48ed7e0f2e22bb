"""The papers and rules that the reading pages cite, and when they were last reviewed.

A page cites by key, `cite(notes, "baumler")`; a key that is not here stops the page. What a source says was read in
it, or in the evidence dossier that the project began from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

REVIEWED_ON = date(2026, 11, 22)
NEXT_REVIEW_ON = date(2027, 5, 22)


@dataclass(frozen=True, slots=True)
class Source:
    """One numbered note: who, what, how strong, and where to read it."""

    key: str
    label: str
    strength: str  # what kind of evidence it is, in words
    url: str = ""


SOURCES = (
    Source(
        "shin",
        "Shin & Lim. Journal of Cosmetic Medicine 2018;2:76.",
        "Systematic review of 7 studies (2 randomized, 5 without a comparison group), 216 participants",
        "https://doi.org/10.25056/JCM.2018.2.2.76",
    ),
    Source(
        "yun",
        "Yun and others. Evidence-Based Complementary and Alternative Medicine 2013:424313.",
        "27 women, no comparison group",
        "https://doi.org/10.1155/2013/424313",
    ),
    Source(
        "haghir",
        "Haghir and others. Journal of Cosmetic Dermatology 2025.",
        "Randomized trial against a waiting list, 72 women",
        "https://doi.org/10.1111/jocd.70144",
    ),
    Source(
        "needles",
        "Comparison of two needling methods, 2024 (PMC11339128).",
        "Looking back at 100 patients, no untreated group",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC11339128/",
    ),
    Source(
        "baumler",
        "Bäumler and others. BMJ Open 2021;11:e045961.",
        "Review of 21 prospective studies of acupuncture of every kind",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC8422480/",
    ),
    Source(
        "hsieh",
        "Hsieh and others. Complementary Therapies in Medicine 2023.",
        "Insurance records of 13.4 million sessions in Taiwan",
        "https://doi.org/10.1016/j.ctim.2023.102951",
    ),
    Source(
        "mcculloch",
        "McCulloch and others. The Permanente Journal 2015;19:68.",
        "Review of 384 people on blood thinners, 3,974 treatments",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC4315381/",
    ),
    Source(
        "bashey",
        "Bashey and others. Dermatologic Surgery 2015.",
        "Case report after cosmetic acupuncture",
        "https://doi.org/10.1097/DSS.0000000000000318",
    ),
    Source(
        "kim",
        "Kim and others. Journal of Wound Management and Research 2019.",
        "Case report after one session",
        "https://doi.org/10.22467/jwmr.2018.00542",
    ),
    Source(
        "xu",
        "Xu and others. Evidence-Based Complementary and Alternative Medicine 2013:581203.",
        "Review of 294 published cases",
        "https://doi.org/10.1155/2013/581203",
    ),
    Source(
        "mansu",
        "Mansu and others. Evidence-Based Complementary and Alternative Medicine 2018:4806734.",
        "Systematic review of 12 randomized trials in acne",
        "https://doi.org/10.1155/2018/4806734",
    ),
    Source(
        "cao",
        "Cao and others. Journal of Alternative and Complementary Medicine 2013.",
        "Systematic review of 43 trials in acne",
        "https://doi.org/10.1089/acu.2012.0906",
    ),
    Source(
        "botox",
        "Botox Cosmetic, US prescribing information, revision of November 2019.",
        "Label approved by the regulator",
        "https://dailymed.nlm.nih.gov/",
    ),
    Source(
        "councils",
        "Dudley Council, acupuncture registration (dudley.gov.uk).",
        "Guidance of a UK local authority",
    ),
    Source(
        "clinics",
        "Questions-and-answers pages of six clinics in the United States, Singapore and Australia, read in 2026.",
        "What clinics ask before treatment; their lists differ, and none is a study",
    ),
    Source(
        "carriers",
        "M. Lucas and D. Ellinger. Acupuncture Today, October 2006.",
        "Trade press on malpractice carriers and cosmetic acupuncture",
    ),
    Source(
        "rename",
        "“NCCAOM Finalizes Name Change”, Acupuncture Today; help.nccaom.org.",
        "Trade press and the organization itself",
    ),
    Source(
        "courses",
        "Course pages: facialacupuncture-wakefieldtechnique.com (192 hours); a-training.co.uk (3 days).",
        "What course providers say of themselves",
    ),
    Source(
        "choice",
        "Kozikowski and others. Journal of Patient Experience 2022 (PMC8785326).",
        "Survey of what patients look for in a directory",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC8785326/",
    ),
)

_BY_KEY = {source.key: source for source in SOURCES}


class Notes:
    """The numbered notes of one page, in the order in which it cites them."""

    def __init__(self) -> None:
        self._cited: list[Source] = []

    def number(self, key: str) -> int:
        """The number of a source on this page. Raises KeyError for one that is not in SOURCES."""
        source = _BY_KEY[key]
        if source not in self._cited:
            self._cited.append(source)
        return self._cited.index(source) + 1

    @property
    def cited(self) -> tuple[Source, ...]:
        return tuple(self._cited)
