"""Set failed work aside for a while, instead of retrying it immediately and endlessly."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from milevault_core import store
from milevault_core.problems import BadFile
from milevault_core.store import set_aside

log = logging.getLogger("milevault.actions")


@contextmanager
def aside(user_id: int, scope: str, key: str, step: str = "") -> Iterator[None]:
    """Set (scope, step, key) aside if the block fails, and forget an earlier failure if it succeeds. The sentence of a
    BadFile or a plain ValueError is kept for the owner.

    An unreachable database is not a failure of the work: the error is raised and the job runs again.
    """
    began = time.monotonic()
    try:
        yield
    except store.UNAVAILABLE:
        raise
    except Exception as error:
        if isinstance(error, BadFile):  # the file is bad, not the program
            log.info("%s %s of %s was refused for user %s and is set aside.", scope, step, key, user_id)
        else:
            log.exception("%s %s of %s failed for user %s and is set aside.", scope, step, key, user_id)
        reason = str(error) if isinstance(error, BadFile) or type(error) is ValueError else ""
        with store.session() as session:
            set_aside.put(session, user_id, scope, step, key, time.monotonic() - began, reason)
    else:
        with store.session() as session:
            set_aside.forget(session, user_id, scope, step, key)
