"""Remake comparison.tsv: every value of every FIT sample file against garmin-fit-sdk and fitparse.

    python -m tests.formats.make_comparison        (five to ten minutes of CPU)

One line per file and reader: the digest of what our reader gives for the whole file, how many values the other reader
has, how many are equal, and how many differ, by class (fit_differences). The test computes the digests again: as long
as they are the same, so is the comparison. When our reader gives even one different value, run this script again.
The table holds counts and digests only, no personal data.
"""

import hashlib
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from milevault_core.formats import fit
from milevault_core.problems import BadFile
from tests.formats import fit_compare
from tests.formats.fit_compare import by_fitparse, by_garmin, compare
from tests.formats.fit_differences import CORE, class_of
from tests.samples import sample_files

TABLE = Path(__file__).with_name("comparison.tsv")
READERS = {"garmin": by_garmin, "fitparse": by_fitparse}
_NAN = np.float64(np.nan)


class Line(NamedTuple):
    file: str
    digest: str
    reader: str
    values: int
    equal: int
    differences: Counter  # by class; "?" where no class matches
    core: int  # differences in position, time, heart rate, cadence, power, distance


def digest(data: bytes) -> str:
    """A digest of every value of every message that our reader gives; "-" for a file it refuses."""
    try:
        found = fit.decode_all(data)
    except BadFile:
        return "-"
    seen = hashlib.blake2b(digest_size=12)
    for number, columns in sorted(found.items()):
        for name, values in sorted(columns.items()):
            seen.update(f"{number} {name} {values.shape}".encode())
            if values.dtype == object:
                seen.update(repr(values.tolist()).encode())
            else:
                exact = values.astype(np.float64)
                exact[np.isnan(exact)] = _NAN  # NaN has many bit patterns: use one
                seen.update(np.ascontiguousarray(exact).tobytes())
    return seen.hexdigest()


def line(path: Path, reader: str) -> Line:
    data = path.read_bytes()
    mark = digest(data)
    if mark == "-":
        return Line(path.name, mark, reader, 0, 0, Counter(), 0)
    counts: Counter = Counter()
    found = list(compare(reader, path.name, fit_compare.ours(data), READERS[reader](data), counts))
    classes = [c.name if (c := class_of(d)) else "?" for d in found]
    core = sum(d.message in (18, 19, 20) and d.field in CORE for d in found)
    for d, name in zip(found, classes, strict=True):
        if name == "?":
            print(d, file=sys.stderr)
    return Line(path.name, mark, reader, counts["values"], counts["equal"], Counter(classes), core)


def read_table() -> list[Line]:
    out = []
    for text in TABLE.read_text().splitlines()[1:]:
        file, mark, reader, values, equal, differences, core = text.split("\t")
        counted = Counter()
        for pair in filter(None, differences.split("; ")):
            name, _, count = pair.rpartition(" ")
            counted[name] = int(count)
        out.append(Line(file, mark, reader, int(values), int(equal), counted, int(core)))
    return out


def main() -> None:
    warnings.simplefilter("ignore")
    lines = [
        "# made by make_comparison.py: file, digest of ours, reader, its values, equal, differences, in the core"
    ]
    for path in sample_files(".fit"):
        for reader in sys.argv[1:] or READERS:
            one = line(path, reader)
            differences = "; ".join(f"{name} {count}" for name, count in sorted(one.differences.items()))
            lines.append("\t".join(map(str, (*one[:5], differences, one.core))))
    TABLE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
