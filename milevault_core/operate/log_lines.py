"""Log lines of every process: plain, or JSON with LOG_FORMAT=json. They carry context (the request, page run or job
they belong to) and no secrets.

    begin()                           once per process, before anything is logged
    with about(job=7, task="derive"): context of every line logged inside, also in threads and tasks started there
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from milevault_core import config

HIDDEN = "•••"
_about: ContextVar[dict[str, object] | None] = ContextVar("about", default=None)
# Tokens in URLs (one-time links, answers of identity providers) and in headers, and passwords in URLs.
_TOKENS = re.compile(r"([?&](?:t|code|state|token|key|access_token|nonce)=)[^&\s\"'<>]+", re.IGNORECASE)
_BEARER = re.compile(r"(\b(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]+(?=@)", re.IGNORECASE)
_TICKET = re.compile(r"(\bx-milevault-ticket[\"']?\s*[:=]\s*[\"']?)[^\s;,\"']+", re.IGNORECASE)
_COOKIE = re.compile(r"(\bmv_(?:session|browser|known|setup|oidc)=)[^;\s\"']+")
_SECRET = (
    "secret_key",
    "secret_key_old",
    "admin_password",
    "db_password",
    "metrics_token",
    "pocketid_client_secret",
)


def begin(level: int = logging.INFO) -> None:
    """Send this process's logs to standard error, in the format set by LOG_FORMAT. A second call replaces the first."""
    settings = config.settings()
    known = [
        value for name in _SECRET if len(value := str(getattr(settings, name))) >= 8 and value != "milevault"
    ]
    known += [part for part in (settings.notify_url, settings.heartbeat_url) if part]
    password = urlsplit(settings.database_url).password
    known += [each for each in (password, unquote(password or "")) if each and len(each) >= 8]
    lines = Lines(settings.log_format == "json", known)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    root = logging.getLogger()
    root.handlers, root.level = [handler], level
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line for every file is noise
    # The loggers of Streamlit and its web server have handlers of their own.
    for name in ("streamlit", "uvicorn", "uvicorn.error", "uvicorn.access"):
        for theirs in logging.getLogger(name).handlers:
            theirs.setFormatter(lines)


@contextmanager
def about(**what: object) -> Iterator[None]:
    """Add this context to all lines logged inside the block."""
    before = _about.set((_about.get() or {}) | what)
    try:
        yield
    finally:
        _about.reset(before)


def new_id() -> str:
    """A random id of twelve characters, for a request or a run."""
    return secrets.token_hex(6)


class Lines(logging.Formatter):
    """Formats a record as a line or a JSON object, with known secrets hidden."""

    def __init__(self, as_json: bool, known: list[str]) -> None:
        super().__init__()
        self.as_json = as_json
        self.known = sorted(set(known), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The text to write for a record."""
        text, trace = record.getMessage(), self._trace(record)
        what: dict[str, Any] = (_about.get() or {}) | getattr(record, "about", {})
        when = (
            datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
        )
        if self.as_json:
            line = {
                "time": when,
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": self.clean(text),
            }
            line |= {
                name: self.clean(value) if isinstance(value, str) else value for name, value in what.items()
            }
            if trace:
                line["trace"] = self.clean(trace)
            return json.dumps(line, ensure_ascii=False, default=str)
        told = " ".join(f"{name}={value}" for name, value in what.items())
        first = f"{when} {record.levelname} {record.name} {text}" + (f" ({told})" if told else "")
        return self.clean(f"{first}\n{trace}" if trace else first)

    def clean(self, text: str) -> str:
        """The text with secrets replaced by HIDDEN."""
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        for pattern in (_TOKENS, _BEARER, _IN_ADDRESS, _TICKET, _COOKIE):
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return text

    def _trace(self, record: logging.LogRecord) -> str:
        return self.formatException(record.exc_info) if record.exc_info else ""
