"""/healthz: 200 if app, database and jobs respond, 503 otherwise, without saying which of them does not."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from milevault_core import store
from milevault_core.store import queue, reports

_log = logging.getLogger(__name__)


def healthz(request: Request) -> PlainTextResponse:
    """200 if app, database and jobs respond, else 503."""
    try:
        with store.session() as session:
            workers = queue.workers_alive(session)
    except Exception as error:
        _log.warning("The database does not answer: %s", type(error).__name__)
        workers = 0
    headers = {"Cache-Control": "no-store"}
    return PlainTextResponse("ok" if workers else "not ready", 200 if workers else 503, headers)


async def report(every_s: float = reports.EVERY_S) -> None:
    """Report until cancelled that the app is alive; on the loop that serves pages, so that reports stop if it hangs."""
    while True:
        try:
            await asyncio.to_thread(reports.save, "app")
        except Exception as error:  # such as a short outage; the next report tries again
            _log.warning("The app could not report: %s", type(error).__name__)
        await asyncio.sleep(every_s)
