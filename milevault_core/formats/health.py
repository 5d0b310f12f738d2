"""Read the days and nights of a health file by its format. Any bytes give HealthData or BadFile."""

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
    """The days and nights in a file; None for a format without any. form: Reading.format; answers: the owner's answers
    to questions. Raises BadFile, and Question when the owner has to choose."""
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
