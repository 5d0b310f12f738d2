"""Cache, outside the checkout, of what other FIT readers give for a file: they take a hundred times as long as ours,
and the same reader always gives the same result for the same file. A file is read again when the version of the
reader, the version of Python or our code that calls the reader changes.
"""

import hashlib
import marshal
import os
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from milevault_core.operate.changed import TIMES
from tests.formats import fit_compare
from tests.formats.fit_compare import Rows

FOLDER = TIMES.parent / "fit_readings"


def kept(package: str, read: Callable[[bytes], Rows]) -> Callable[[bytes], Rows]:
    """`read`, which uses the package of that name, with its results cached."""
    asked = (package, version(package), sys.version, Path(fit_compare.__file__).read_text())
    mark = hashlib.blake2b(repr(asked).encode(), digest_size=16).digest()

    def look_up(data: bytes) -> Rows:
        file = FOLDER / f"{package}-{hashlib.blake2b(data, digest_size=16).hexdigest()}"
        with suppress(OSError, ValueError, EOFError, TypeError, zlib.error):
            found = file.read_bytes()
            if found.startswith(mark):
                return marshal.loads(zlib.decompress(found[len(mark) :]))
        rows = read(data)
        with suppress(OSError, ValueError):  # a read-only machine, or a value that marshal cannot store
            packed = mark + zlib.compress(marshal.dumps(rows), 1)
            FOLDER.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as made:
                made.write(packed)
            os.replace(made.name, file)
        return rows

    return look_up
