"""Metrics of the server in Prometheus' text format, for /metrics. Only totals, no data of individual users."""

from collections.abc import Iterator

from milevault_core import store
from milevault_core.store import server_rows

_NAMES = (
    ("milevault_accounts", "accounts", "gauge"),
    ("milevault_activities", "activities of all users", "gauge"),
    ("milevault_database_bytes", "size of the database", "gauge"),
    ("milevault_workers", "workers that reported within 45 s", "gauge"),
    ("milevault_oldest_waiting_seconds", "age of the oldest waiting job", "gauge"),
    ("milevault_last_backup_timestamp_seconds", "end of the last backup", "gauge"),
    ("milevault_last_proof_timestamp_seconds", "end of the last verified restore", "gauge"),
    ("milevault_dirty_activities", "activities waiting to be computed again", "gauge"),
)


def prometheus() -> str:
    """The whole response, from four SQL statements."""
    with store.session() as session:
        found = (
            server_rows.ones(session), server_rows.jobs(session), server_rows.durations(session),
            server_rows.items(session),
        )  # fmt: skip
    return "\n".join(_lines(*found)) + "\n"


def _lines(
    ones: tuple[object, ...],
    jobs: list[tuple[str, str, int]],
    durations: list[tuple[str, int, float]],
    items: list[tuple[str, int]],
) -> Iterator[str]:
    for (name, what, kind), value in zip(_NAMES, ones, strict=True):
        yield from _head(name, what, kind)
        if value is not None:
            yield f"{name} {float(str(value)):.10g}"
    yield from _head("milevault_jobs", "jobs by queue and state", "gauge")
    for queue, status, count in jobs:
        yield f'milevault_jobs{{queue="{queue}",state="{status}"}} {count}'
    yield from _head("milevault_job_seconds", "run time of finished jobs", "summary")
    for task, count, seconds in durations:
        yield f'milevault_job_seconds_count{{task="{task}"}} {count}'
        yield f'milevault_job_seconds_sum{{task="{task}"}} {seconds:.10g}'
    yield from _head("milevault_import_items", "files by outcome", "gauge")
    for outcome, count in items:
        yield f'milevault_import_items{{outcome="{outcome}"}} {count}'


def _head(name: str, what: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"
