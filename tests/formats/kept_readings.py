"""What foreign readers give for a file, kept for the next run outside the checkout: the file is the same, the reader is
the same, and so is what it gives, which takes it a hundred times as long as ours. With another version of the reader,
of Python, or of how we ask, it is read anew.
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
    """`read`, which asks the package of that name, with what it gave before."""
    asked = (package, version(package), sys.version, Path(fit_compare.__file__).read_text())
    mark = hashlib.blake2b(repr(asked).encode(), digest_size=16).digest()

    def look_up(data: bytes) -> Rows:
        file = FOLDER / f"{package}-{hashlib.blake2b(data, digest_size=16).hexdigest()}"
        with suppress(OSError, ValueError, EOFError, TypeError, zlib.error):
            found = file.read_bytes()
            if found.startswith(mark):
                return marshal.loads(zlib.decompress(found[len(mark) :]))
        rows = read(data)
        with suppress(OSError, ValueError):  # a read-only machine; a value that cannot be kept
            packed = mark + zlib.compress(marshal.dumps(rows), 1)
            FOLDER.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as made:
                made.write(packed)
            os.replace(made.name, file)
        return rows

    return look_up
