"""Why the embedded database cannot be used, in the user's words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotStart(RuntimeError):
    """The embedded database cannot be used; `str()` says in one or two sentences why, and what to do."""


_ELSEWHERE = "Choose another folder with --data."
_LATER = "Wait until they have ended, or restart the machine, and start again."

# The first key found in the message wins. The keys are the C library's own messages, so they match those from both
# PostgreSQL and Python.
_TROUBLES = {
    os.strerror(errno.ENOSPC): "The disk that holds {data} is full. Free some space and start again.",
    os.strerror(errno.EDQUOT): "Your share of the disk that holds {data} is used up. Free some space first.",
    os.strerror(errno.EROFS): f"The disk that holds {{data}} cannot be written to. {_ELSEWHERE}",
    os.strerror(errno.ENOTDIR): f"{{data}} cannot be made: a file stands in the way. {_ELSEWHERE}",
    os.strerror(errno.EEXIST): f"{{data}} cannot be made: a file stands in the way. {_ELSEWHERE}",
    os.strerror(errno.ENOLCK): f"The disk that holds {{data}} does not support file locks. {_ELSEWHERE}",
    os.strerror(errno.EOPNOTSUPP): f"The disk that holds {{data}} lacks what a database needs. {_ELSEWHERE}",
    os.strerror(errno.ENOMEM): "There is too little free memory for the database, which needs about 300 MB.",
    "pre-existing shared memory": f"Processes of the database in {{data}} are still running. {_LATER}",
    "could not create any Unix-domain sockets": f"The database in {{data}} cannot create its socket there. "
    f"{_ELSEWHERE}",
    os.strerror(errno.EACCES): f"You have no access to the folder {{data}}. {_ELSEWHERE}",
    os.strerror(errno.EPERM): f"You have no access to the folder {{data}}. {_ELSEWHERE}",
}


def sentence(said: str, data: Path) -> str:
    """A message of PostgreSQL or the system about the data folder, rewritten for the user."""
    for sign, text in _TROUBLES.items():
        if sign in said:
            return text.format(data=data)
    lines = said.strip().splitlines()
    worst = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return f"The database in {data} could not be started: " + " ".join(
        (worst or lines or ["no reason given"])[-3:]
    )


@contextmanager
def sentences(data: Path) -> Iterator[None]:
    """A block that raises the system's errors as CannotStart. Raises CannotStart."""
    try:
        yield
    except OSError as error:
        raise CannotStart(sentence(str(error), data)) from error
