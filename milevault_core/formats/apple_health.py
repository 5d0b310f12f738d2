"""Days and nights from Apple Health's export.xml, often several gigabytes, which is streamed in bounded memory.

Every device and app writes its own steps. They are never added up: in each hour the best source counts
(apple_hours.py). Workouts and their routes are read elsewhere (apple_export.py).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from xml.parsers import expat

import numpy as np

from milevault_core.formats.apple_hours import LONGEST, Samples, Totals
from milevault_core.formats.apple_sleep import LONGEST_S, SleepStretch, nights
from milevault_core.formats.apple_times import moment
from milevault_core.formats.health_data import DayValue, HealthData, Series
from milevault_core.formats.health_headers import converted
from milevault_core.formats.health_metrics import DIFFERENCES, METRICS, is_meant
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading
from milevault_core.problems import BadFile, Problem, thousands

SOURCE = "apple"
_QUANTITY, SLEEP = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifierSleepAnalysis"
TOTALS = {
    "StepCount": "steps", "DistanceWalkingRunning": "distance_m", "ActiveEnergyBurned": "kcal_active",
    "BasalEnergyBurned": "kcal_bmr", "FlightsClimbed": "floors_up", "DietaryWater": "hydration_ml",
}  # fmt: skip
SAMPLES = {"HeartRate": "hr", "HeartRateVariabilitySDNN": "hrv_sdnn", "OxygenSaturation": "spo2",
           "RespiratoryRate": "respiration"}  # fmt: skip
DAILY = {
    "RestingHeartRate": "rhr", "VO2Max": "vo2max", "BodyMass": "weight_kg", "BodyFatPercentage": "fat_pct",
    "BodyMassIndex": "bmi", "BloodPressureSystolic": "bp_systolic", "BloodPressureDiastolic": "bp_diastolic",
    "AppleSleepingWristTemperature": "skin_temp",
}  # fmt: skip
METRIC = {_QUANTITY + name: metric for table in (TOTALS, SAMPLES, DAILY) for name, metric in table.items()}
_FRACTIONS = frozenset(("spo2", "fat_pct"))  # Apple gives the unit "%" but a value such as 0.97
_ADDED, _SAMPLED = frozenset(TOTALS.values()), frozenset(SAMPLES.values())
_MOST_NIGHTS = 2_000_000  # sleep records; a person has about twenty a night
_MOST_SOURCES = 1_000


@reader("healthdata", lambda head: b"<HealthData" in head)
def recognise(data: bytes) -> Reading:
    """Apple Health's XML, or a month of it (formats/apple_months.py)."""
    return Reading("healthdata", "health")


def read(pieces: Iterable[bytes]) -> HealthData:
    """The days and nights in the XML, which is given in pieces. Raises BadFile when it has none."""
    export = _Export()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = export.begin
    parser.EndElementHandler = export.end
    parser.EntityDeclHandler = _refuse_entities
    problems = []
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if not export.records:
            raise BadFile("The file is damaged: it is not valid XML.") from error
        text = "The file is damaged or was cut off; what came before was kept."
        problems.append(Problem("truncated", text, f"line {error.lineno}"))
    return export.found(problems)


def _refuse_entities(*_: Any) -> None:
    raise BadFile("The file defines entities of its own, which is not allowed here.")


class _Export:
    """What has been read so far."""

    def __init__(self) -> None:
        self.records = self.left = self.long = self.within = 0
        self.sources: dict[str, int] = {}
        self.totals, self.samples = Totals(), Samples()
        self.daily: dict[tuple[date, str], tuple[int, float]] = {}
        self.offsets: dict[int, int] = {}  # by hour since 1970
        self.slept: list[SleepStretch] = []
        self.unread: Counter[str] = Counter()

    def begin(self, name: str, about: dict[str, str]) -> None:
        if name == "Record":
            self.records += 1
            try:
                self._record(about)
            except (KeyError, ValueError, OverflowError):
                self.left += 1
        elif name == "Correlation":
            self.within += 1

    def end(self, name: str) -> None:
        if name == "Correlation":
            self.within -= 1

    def _record(self, about: dict[str, str]) -> None:
        kind = about["type"]
        metric = METRIC.get(kind)
        if metric is None and kind != SLEEP:
            if len(self.unread) < 500 or kind in self.unread:
                self.unread[kind[:80]] += 1
            return
        start, end = moment(about["startDate"]), moment(about["endDate"])
        source = self._source(about.get("sourceName", ""))
        if metric is None:
            if not 0 <= end.time - start.time <= LONGEST_S:
                raise ValueError(about["endDate"])
            if len(self.slept) >= _MOST_NIGHTS:
                raise BadFile("The file holds more sleep records than anyone has.")
            self.slept.append(
                SleepStretch(
                    start.time, end.time, about["value"].rpartition("Analysis")[2], source, end.offset
                )
            )
            return
        value = _value(metric, about.get("unit", ""), float(about["value"]))
        if metric in _ADDED:
            if not self.within:  # records in a correlation are repeated outside it
                if not 0 <= value <= METRICS[metric].high:
                    raise ValueError(value)
                if end.time + end.offset - start.time - start.offset > LONGEST:
                    self.long += 1
                else:
                    self.totals.add(metric, source, start, end, value)
            return
        if not is_meant(metric, value):
            raise ValueError(value)
        if metric in _SAMPLED:
            if not self.within:
                self.offsets[start.time // 3600] = start.offset
                self.samples.add(metric, source, start.time, value)
            return
        key = (start.day, metric)
        if key not in self.daily or end.time >= self.daily[key][0]:
            self.daily[key] = end.time, value

    def _source(self, name: str) -> int:
        if name not in self.sources and len(self.sources) >= _MOST_SOURCES:
            raise BadFile("The file names more devices and apps than anyone has.")
        return self.sources.setdefault(name, len(self.sources))

    def found(self, problems: list[Problem]) -> HealthData:
        data = HealthData(SOURCE, problems=problems)
        for day, metric, value, at in self.totals.best():
            data.day_values.append(DayValue(day, metric, value, SOURCE, at))
        for (day, metric), (at, value) in sorted(self.daily.items()):
            data.day_values.append(DayValue(day, metric, value, SOURCE, at))
        data.samples = self.samples.best()
        data.nights = nights(self.slept, SOURCE)
        data.offsets = _changes(self.offsets)
        if self.left:
            is_one = self.left == 1
            text = (
                f"{_records(self.left)} {"is not in Apple's format" if is_one else "are not in Apple's format"}, "
                f"or cannot be right, and {'was' if is_one else 'were'} left out."
            )
            data.problems.append(Problem("points_dropped", text))
        if self.long:
            lasts = "lasts more than a day and was" if self.long == 1 else "last more than a day and were"
            text = (
                f"{_records(self.long)} of steps, distance or energy {lasts} left out: it is not known how much "
                "belongs to which day."
            )
            data.problems.append(Problem("points_dropped", text))
        if self.unread:
            kinds = ", ".join(
                kind.rpartition("Identifier")[2] or kind for kind, _ in self.unread.most_common(12)
            )
            was = "was" if self.unread.total() == 1 else "were"
            text = f"{_records(self.unread.total())} of kinds that MileVault does not show {was} not read: {kinds}."
            data.problems.append(Problem("not_used", text))
        if not (data.day_values or data.samples or data.nights):
            raise BadFile("This file holds no health data that MileVault can read.")
        return data


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{thousands(count)} records"


def _value(metric: str, unit: str, value: float) -> float:
    if metric in _FRACTIONS and value <= 1:
        return value * 100
    found = converted(value, METRICS[metric].unit, unit, metric in DIFFERENCES)
    if found is None:
        raise ValueError(unit)
    return found


def _changes(offsets: dict[int, int]) -> Series:
    """The offsets by hour, reduced to the hours at which the offset changes."""
    hours = sorted(offsets)
    kept = [h for i, h in enumerate(hours) if i == 0 or offsets[h] != offsets[hours[i - 1]]]
    return Series(np.array(kept, np.int64) * 3600, np.array([offsets[h] for h in kept], np.float64))
