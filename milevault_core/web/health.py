"""/healthz: 200 when app, database and jobs answer, 503 otherwise. It tells nobody which of them does not."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from milevault_core import store
from milevault_core.store import queue, reports

_log = logging.getLogger(__name__)


def healthz(request: Request) -> PlainTextResponse:
    """200 when app, database and jobs answer, else 503."""
    try:
        with store.session() as session:
            workers = queue.workers_alive(session)
    except Exception as error:
        _log.warning("The database does not answer: %s", type(error).__name__)
        workers = 0
    headers = {"Cache-Control": "no-store"}
    return PlainTextResponse("ok" if workers else "not ready", 200 if workers else 503, headers)


async def report(every_s: float = reports.EVERY_S) -> None:
    """Report, until cancelled, that the app lives: in the loop that serves pages, so that one that hangs is silent."""
    while True:
        try:
            await asyncio.to_thread(reports.save, "app")
        except Exception as error:  # of a short outage; the next one tries again
            _log.warning("The app could not report: %s", type(error).__name__)
        await asyncio.sleep(every_s)
