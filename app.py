"""The door: what the web server runs. `streamlit run app.py` finds `app` here.

The Streamlit script is pages/_site.py, and must never be this file: Streamlit would then serve the other files of
pages/ to anybody, without the login.
"""

import logging
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from milevault_core import config, store  # noqa: E402
from milevault_core.accounts import first  # noqa: E402
from milevault_core.operate.here import end_with_parent  # noqa: E402
from milevault_core.store.cannot_start import CannotStart  # noqa: E402
from milevault_core.store.migrate import SchemaError  # noqa: E402
from milevault_core.web.guard import Guard  # noqa: E402
from milevault_core.web.headers import SecurityHeaders, content_security_policy  # noqa: E402
from milevault_core.web.map_style import tile_origins  # noqa: E402
from milevault_core.web.routes import ROUTES  # noqa: E402

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line for every file is noise
end_with_parent()
try:
    _settings = config.settings()
except config.ConfigError as error:
    sys.exit(str(error))  # without a traceback: it is for the operator
if unused := config.unused():
    logging.info(unused)
_index = Path(st.__file__).parent / "static" / "index.html"
_policy = content_security_policy(_index, tile_origins(_settings))


def end_with(sentence: str) -> NoReturn:
    """End at once and without a traceback: this is for the operator, and the server around us would add forty lines."""
    sys.stderr.write(sentence + "\n")
    store.close()
    os._exit(1)


@asynccontextmanager
async def lifespan(app):
    """Before the first visitor: the database, the first account if the environment names one, the slow imports."""
    # Not in a thread: the embedded server's handlers of signals can only be set here, and nobody waits yet.
    try:
        store.open()
        first.seed_admin(_settings)
    except (config.ConfigError, SchemaError, CannotStart) as error:
        end_with(str(error))
    except store.UNAVAILABLE as error:
        end_with(f"The database does not answer: {str(error).strip().splitlines()[0]}")
    import altair  # noqa: F401
    import pandas  # noqa: F401

    try:
        yield
    finally:
        store.close()


app = st.App(
    "pages/_site.py",
    routes=ROUTES,
    middleware=[
        Middleware(SecurityHeaders, policy=_policy, is_https=_settings.is_https),
        Middleware(Guard),
    ],
    lifespan=lifespan,
)
