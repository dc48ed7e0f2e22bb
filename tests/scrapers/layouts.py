"""The documented layouts of the dropped files, with three invented people each."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache

from scrapers.spec import RegistrySpec, find_spec

Rows = tuple[tuple[str, ...], ...]
_spec = cache(find_spec)


@dataclass(frozen=True)
class Layout:
    """Headings and rows; `standing` is the column that a stranger's word is put into."""

    registry: str
    name: str
    delimiter: str
    headings: tuple[str, ...]
    rows: Rows
    standing: str

    @property
    def spec(self) -> RegistrySpec:
        return _spec(self.registry)

    def text(self, rows: Rows | None = None, headings: tuple[str, ...] | None = None) -> str:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([headings or self.headings, *(self.rows if rows is None else rows)])
        return out.getvalue()

    def with_word(self, row: int, column: str, word: str) -> Rows:
        place = self.headings.index(column)
        changed = (*self.rows[row][:place], word, *self.rows[row][place + 1 :])
        return (*self.rows[:row], changed, *self.rows[row + 1 :])


def layout(registry: str, name: str, text: str, *, standing: str, delimiter: str = ",") -> Layout:
    """A layout written down as CSV; a line that begins with blanks goes on with the one before."""
    lines = text.strip().replace("\n    ", "").splitlines()
    headings, *rows = (tuple(row) for row in csv.reader(lines))
    return Layout(registry, name, delimiter, headings, tuple(rows), standing)


LEIE = layout(
    "us_oig_leie",
    "UPDATED.csv",
    """
LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,
    REINDATE,WAIVERDATE,WVRSTATE
HOLLOWAY,WREN,M,,IND- LIC HC SERV PRO,ACUPUNCTURIST,,0000000000,19620101,1 INVENTED WAY,OAKLAND,CA,94612,1128b4,
    20190620,00000000,00000000,
,,,"INVENTED CLINIC, INC",OTHER BUSINESS,CLINIC,,1234567893,00000000,3 INVENTED WAY,BOISE,ID,83702,1128b8,
    20051120,00000000,00000000,
NGUYEN,MINH,,,NURSE,NURSE/NURSES AIDE,,0000000000,19800303,4 INVENTED WAY,SALEM,OR,97301,1128b4,
    20110419,00000000,00000000,
""",
    standing="REINDATE",
)
MD = layout(
    "us_md",
    "acupactive.csv",
    """
RegNum,LName,FName,StatusCode,OrigLicDate,ExpDate
U03116,Holloway,Wren,A,05/12/2015,06/30/2027
U643,"Núñez, Jr",Ada,Active,01/15/1994,06/30/2027
U1023,Okafor,Adaeze,A,09/01/1999,06/30/2026
""",
    standing="StatusCode",
)
CA = layout(
    "us_ca_file",
    "6500_Data00.xls",
    """
Agency Code,Agency Name,LicTypeCode,License Type,License Number,Indiv/Org,Org/Last Name,First Name,Middle Name,Suffix,
    Address Line 1,Address Line 2,City,County,State,Zip,Country,Original Issue Date,Expiration Date,License Status
6500,Acupuncture Board,6501,Licensed Acupuncturist,99901,I,HOLLOWAY,WREN,M,,
    1 INVENTED WAY,,OAKLAND,ALAMEDA,CA,94612-0101,UNITED STATES,03/14/2005,03/31/2027,Current
6500,Acupuncture Board,6501,Licensed Acupuncturist,99902,I,NÚÑEZ,ADA,,,
    2 INVENTED WAY,APT 3,FRESNO,FRESNO,CA,93721,UNITED STATES,07/02/1998,07/31/2027,Suspension
6500,Acupuncture Board,6501,Licensed Acupuncturist,99903,I,OKAFOR,ADAEZE,,,
    3 INVENTED WAY,,RENO,,NV,89501,UNITED STATES,01/20/2011,01/31/2025,Delinquent
""",
    standing="License Status",
    delimiter="\t",
)
IL = layout(
    "us_il",
    "licenses.csv",
    """
License Type,Description,License Number,License Status,Business,Title,First Name,Middle,Last Name,Prefix,Suffix,
    Business Name,BusinessDBA,Original Issue Date,Effective Date,Expiration Date,City,State,Zip,County,
    Specialty/Qualifier,Controlled Substance Schedule,Delegated Controlled Substance Schedule,Ever Disciplined,
    LastModifiedDate,Case Number,Action,Discipline Start Date,Discipline End Date,Discipline Reason
ACUPUNCTURE,LICENSED ACUPUNCTURIST,198900001,ACTIVE,N,,WREN,M,HOLLOWAY,,,
    WREN HOLLOWAY,,05/12/2009,05/12/2025,06/30/2027,CHICAGO,IL,60614,COOK,
    None,None,None,N,05/12/2025,None,None,None,None,None
ACUPUNCTURE,LICENSED ACUPUNCTURIST,198900002,PROBATION,N,,ADA,,NÚÑEZ,,,
    ADA NÚÑEZ,,05/12/2009,05/12/2025,06/30/2027,CHICAGO,IL,60614,COOK,
    None,None,None,Y,05/12/2025,2019000001,Probation,02/01/2019,02/01/2020,None
ACUPUNCTURE,LICENSED ACUPUNCTURIST,198900003,NOT RENEWED,N,,ADAEZE,,OKAFOR,,,
    ADAEZE OKAFOR,,05/12/2009,05/12/2012,06/30/2015,CHICAGO,IL,60614,COOK,
    None,None,None,N,05/12/2012,None,None,None,None,None
""",
    standing="License Status",
)
LAYOUTS = [LEIE, MD, CA, IL]
