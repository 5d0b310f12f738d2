"""The ASGI application that the web server runs. `streamlit run app.py` finds `app` here.

The Streamlit script is pages/_site.py. It must never be this file: Streamlit would then serve the other files in pages/
to anybody, without signing in.
"""

import asyncio
import logging
import os
import socket
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NoReturn

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from milevault_core import config, store  # noqa: E402
from milevault_core.accounts import first  # noqa: E402
from milevault_core.operate import log_lines, open_files  # noqa: E402
from milevault_core.operate.local_process import end_with_parent  # noqa: E402
from milevault_core.server import memory  # noqa: E402
from milevault_core.store.embedded_server.cannot_start import CannotStart  # noqa: E402
from milevault_core.store.migrate import SchemaError  # noqa: E402
from milevault_core.web import connections, gathering, health, tiles  # noqa: E402
from milevault_core.web.addresses import Addresses  # noqa: E402
from milevault_core.web.browser_word import BrowserWord  # noqa: E402
from milevault_core.web.compressed import Compressed  # noqa: E402
from milevault_core.web.first_page import FirstPage  # noqa: E402
from milevault_core.web.guard import Guard, Rules  # noqa: E402
from milevault_core.web.headers import SecurityHeaders, content_security_policy  # noqa: E402
from milevault_core.web.map_style import tile_origins  # noqa: E402
from milevault_core.web.request_log import RequestLog  # noqa: E402
from milevault_core.web.routes import ROUTES  # noqa: E402
from milevault_core.web.under_path import UnderPath  # noqa: E402
from pages import _clicks, _config_files, _rounds, _turns  # noqa: E402
from pages._addresses import ADDRESSES, NEAR  # noqa: E402
from pages._redacted import is_beginning, is_of_login, redacted  # noqa: E402

end_with_parent()
os.environ.setdefault("PGAPPNAME", "milevault app")  # the name of our connections in the database
try:
    _settings = config.settings()
except config.ConfigError as error:
    sys.exit(str(error))  # for the operator, so without a traceback
log_lines.begin()
if unused := config.unused():
    logging.info(unused)
connections.bound(_settings.trusted_proxies)
gathering.gather()
_rounds.wake_once_a_round()
_turns.take_turns()
_clicks.finish_what_was_clicked()
_config_files.leave_unwatched()
open_files.raise_limit()
_streamlit = Path(st.__file__).parent / "static"
_routes = frozenset(route.path.strip("/").partition("/")[0] for route in ROUTES)
_folders = _routes - {route.path.strip("/") for route in ROUTES}


def policy() -> str:
    """The content security policy, with the current map tile server."""
    return content_security_policy(
        _streamlit / "index.html", tile_origins(_settings, tiles.current().url), _settings.root
    )


def held_bytes() -> int:
    """Total bytes of the files held by upload widgets."""
    stats = runtime.get_instance().uploaded_file_mgr.get_stats()  # type: ignore[attr-defined]
    return sum(each.byte_length for group in stats.values() for each in group)


def end_with(sentence: str) -> NoReturn:
    """Exit at once: the message is for the operator, and the server would add a traceback of forty lines."""
    sys.stderr.write(sentence + "\n")
    store.close()
    os._exit(1)


_names = ",".join(
    filter(None, (_settings.allowed_hosts, st.get_option("server.address"), socket.gethostname()))
)
_rules = Rules(_settings.base_url, _names, redacted, is_beginning, is_of_login, held_bytes)


@asynccontextmanager
async def lifespan(app):
    """Before the first visit: the database, the first account if the environment names one, and slow imports."""
    # Not in a thread, because the embedded server's signal handlers can only be set here; no visitor waits yet.
    try:
        store.open()
        first.seed_admin(_settings)
        tiles.refresh()
    except (config.ConfigError, SchemaError, CannotStart) as error:
        end_with(str(error))
    except store.UNAVAILABLE as error:
        end_with(f"The database does not answer: {str(error).strip().splitlines()[0]}")
    import pandas  # noqa: F401

    # Takes 0.2 s, which the first row of pills would have to wait for. Internal to Streamlit, so it may disappear.
    with suppress(ImportError):
        import streamlit.emojis  # noqa: F401

    memory.keep_what_is_loaded()
    memory.give_back_when_idle()
    reporting = asyncio.create_task(health.report()) if _settings.heartbeat_url else None
    try:
        yield
    finally:
        if reporting:
            reporting.cancel()
        store.close()


app = st.App(
    "pages/_site.py",
    routes=ROUTES,
    middleware=[
        Middleware(UnderPath, root=_settings.root),
        Middleware(RequestLog, own=_routes, says_all=_settings.log_format == "json"),
        Middleware(SecurityHeaders, policy=policy, is_https=_settings.is_https),
        Middleware(Guard, rules=_rules),
        Middleware(BrowserWord),
        Middleware(Addresses, known=ADDRESSES, near=NEAR, own=_routes, folders=_folders),
        Middleware(FirstPage, index=_streamlit / "index.html", known=ADDRESSES, root=_settings.root),
        Middleware(Compressed, folder=_streamlit, data=_settings.data),
    ],
    lifespan=lifespan,
)
