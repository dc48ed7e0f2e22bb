"""`make bench`: each benchmark against its named peer, in the same run. Only ratios count."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = {
    "bench.read_nppes": "acupuncturists out of an NPPES file, against csv.DictReader",
    "bench.manners": "two workers, three hosts, one killed: the time their delays allow, against the time taken",
    "bench.match": "who is who in two files, against Splink where it is installed; and how right, by origin of names",
    "bench.search": "a page of results, against the usual ORM page, count and GROUP BY",
}


def main(chosen: list[str]) -> int:
    for name, about in BENCHES.items():
        if chosen and name.removeprefix("bench.") not in chosen:
            continue
        print(f"== {about}", flush=True)
        import_module(name).main([])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
