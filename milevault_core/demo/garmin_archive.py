"""The athlete's history as Garmin's account export: nested zips of FIT files, and JSON about activities and days."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO

from milevault_core.demo import garmin_json, health
from milevault_core.demo.activity import activities
from milevault_core.demo.archive_zip import add, open_zip
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import write_activity
from milevault_core.demo.wellness_writer import write_day

EMAIL = "alex@example.org"
_ROOT = "00000000-0000-4000-8000-0000000000a1/DI_CONNECT"
_PART = 500  # files in a nested zip
_CHUNK = 100  # days in a JSON file


def write_garmin(athlete: Athlete, target: IO[bytes] | str, start: int = 0, stop: int | None = None) -> None:
    """Write the archive of activities number `start` up to `stop` and of all days with health data."""
    with open_zip(target) as archive:
        summaries: list[dict] = []
        for part, files in enumerate(_parts(_fit_files(athlete, start, stop, summaries)), 1):
            inner = io.BytesIO()
            with open_zip(inner) as nested:
                for name, data in files:
                    add(nested, name, data)
            path = f"{_ROOT}/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part{part}.zip"
            add(archive, path, inner.getvalue())
        _add_json(
            archive,
            f"DI-Connect-Fitness/{EMAIL}_0_summarizedActivities.json",
            [{"summarizedActivitiesExport": summaries}],
        )
        _add_days(archive, athlete)
        _add_json(
            archive, "DI-Connect-User/user_profile.json", {"userName": EMAIL, "firstName": athlete.name}
        )
        add(
            archive,
            f"{_ROOT.split('/')[0]}/customer_data/customer.json",
            json.dumps({"emailAddress": EMAIL}).encode(),
        )


def _fit_files(
    athlete: Athlete, start: int, stop: int | None, summaries: list[dict]
) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every FIT file; also fills `summaries`. The numbers in the names mean nothing."""
    for made in activities(athlete, start, stop):
        number = made.session.number
        summaries.append(garmin_json.summarized_activity(made, 9_000_000_000 + 13 * number))
        yield f"{EMAIL}_{70_000_000_000 + 7 * number}.fit", write_activity(made)
    number = 80_000_000_000
    for day in health.days(athlete):
        for data in write_day(athlete, day).values():
            number += 11
            yield f"{EMAIL}_{number}.fit", data


def _parts(files: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    part: list[tuple[str, bytes]] = []
    for one in files:
        part.append(one)
        if len(part) == _PART:
            yield part
            part = []
    if part:
        yield part


def _add_days(archive, athlete: Athlete) -> None:
    """The JSON files of the days, a hundred days each."""
    chunk: list[health.Day] = []
    for day in health.days(athlete):
        chunk.append(day)
        if len(chunk) == _CHUNK:
            _add_chunk(archive, athlete, chunk)
            chunk = []
    if chunk:
        _add_chunk(archive, athlete, chunk)


def _add_chunk(archive, athlete: Athlete, days: list[health.Day]) -> None:
    for path, content in _chunk(athlete, days):
        _add_json(archive, path, content)


def days_json(athlete: Athlete, wanted: Sequence[date]) -> Iterator[tuple[str, bytes]]:
    """The files of only these days: (name, bytes)."""
    for path, content in _chunk(athlete, [health.day_of(athlete, day) for day in wanted]):
        if content:
            yield path.rpartition("/")[2], _bytes(content)


def _chunk(athlete: Athlete, days: list[health.Day]) -> Iterator[tuple[str, list]]:
    span = f"{days[0].day.isoformat()}_{days[-1].day.isoformat()}"
    truths = [health.truth_of(athlete, day) for day in days]
    both = list(zip(days, truths, strict=True))
    yield f"DI-Connect-Aggregator/UDSFile_{span}.json", [garmin_json.uds(d, t) for d, t in both]
    wellness = "DI-Connect-Wellness"
    yield f"{wellness}/{span}_{EMAIL}_sleepData.json", [garmin_json.sleep(d, t) for d, t in both]
    status = [garmin_json.health_status(athlete, d, t) for d, t in both]
    yield f"{wellness}/{span}_{EMAIL}_healthStatusData.json", status
    weights = [entry for day in days for entry in garmin_json.bio_metrics(day)]
    yield f"{wellness}/{span}_{EMAIL}_userBioMetrics.json", weights
    fitness = [entry for day in days for entry in garmin_json.max_met(day)]
    yield f"DI-Connect-Metrics/MetricsMaxMetData_{span}.json", fitness


def _add_json(archive, path: str, content) -> None:
    add(archive, f"{_ROOT}/{path}", _bytes(content))


def _bytes(content) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
