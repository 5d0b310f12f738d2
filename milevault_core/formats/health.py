"""The days and nights of a file, by the reader that recognised it. Any bytes give HealthData or BadFile."""

import logging
from collections.abc import Callable, Mapping

from milevault_core.formats import apple_health, bounds, garmin_health, health_csv, wellness
from milevault_core.formats.health_data import HealthData
from milevault_core.formats.peek import unpacked
from milevault_core.problems import BadFile

log = logging.getLogger(__name__)
_READ: dict[str, Callable[[bytes, Mapping[str, str]], HealthData]] = {
    "fit": lambda data, answers: wellness.read(data),
    "garmin_json": lambda data, answers: garmin_health.read(data),
    "csv": health_csv.read,
    "healthdata": lambda data, answers: apple_health.read([data]),
}


def read(data: bytes, form: str, answers: Mapping[str, str] | None = None) -> HealthData | None:
    """What a file holds of days and nights; None for a format that holds none. form: Reading.format; answers: what the
    owner has said to questions. Raises BadFile, and Question, which the owner can answer."""
    reader = _READ.get(form)
    if reader is None:
        return None
    try:
        content = unpacked(data)
        with bounds.within(len(content)):
            return reader(content, answers or {})
    except BadFile:
        raise
    except Exception as error:
        log.exception("A reader of health data failed")
        raise BadFile("The file is damaged in a way that MileVault does not understand.") from error
