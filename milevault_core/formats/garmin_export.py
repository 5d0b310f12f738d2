"""Garmin's account export ("Export Your Data"): the lists that name the activities, and the daily health data.

The FIT files in its nested zips are named by meaningless numbers, so names are matched to activities by start time.
Health files are kept whole for the health pages; here they are only recognised and their days collected.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from milevault_core import sports
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading
from milevault_core.problems import BadFile

# Patterns for the names of health files, and for the keys that identify one under any name.
_HEALTH = {
    "daily summaries": (r"udsfile|dailysummar", rb'"(?:totalSteps|wellnessStartTimeGmt|includesWellnessData)"'),
    "sleep": (r"sleepdata", rb'"sleepStartTimestampGMT"'),
    "health status": (r"healthstatusdata", rb'"baselineLowerLimit"|"SKIN_TEMP_C"'),
    "weight and body": (r"userbiometrics|biometrics_latest|weightdata",
                        rb'"(?:functionalThresholdPower|biometricVo2Max)"|"weight"\s*:\s*\{'),
    "training readiness": (r"trainingreadinessdto", rb'"(?:recoveryTimeFactorPercent|sleepScoreFactorPercent)"'),
    "VO2max": (r"metricsmaxmetdata", rb'"vo2MaxValue"|"maxMetCategory"'),
    "training load": (r"metricsacutetrainingload|traininghistory",
                      rb'"(?:acwrPercent|dailyTrainingLoadAcute|trainingStatus|trainingStatusFeedbackPhrase)"'),
    "scores": (r"endurancescore|hillscore|runracepredictions|fitnessagedata",
               rb'"(?:enduranceScore|hillScore|overallScore|raceTime5K|chronologicalAge)"'),
    "food and drink": (r"nutritionlogs|hydrationlogfile", rb'"(?:hydrationSource|valueInML|foodLogs)"'),
    "menstrual cycles": (r"menstrualcycles", rb'"(?:actual|predicted)CycleLength"'),
    "zones": (r"heartratezones|powerzones", rb'"(?:zone1Floor|restingHeartRateUsed)"'),
}  # fmt: skip
_PERSONAL = re.compile(r"user_profile|customer|social|contact|user_settings|user_contact", re.IGNORECASE)
_DAY = re.compile(
    rb'"(?:calendarDate|asOfDateGmt|startDate|date)"\s*:\s*(?:"(\d{4})-(\d\d)-(\d\d)|(\d{12,13}))'
)
_MARK = re.compile(r"DI_CONNECT/|DI-Connect-[^/]*/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ListedActivity:
    """An activity in the list: when it began, how long it took, and what else the list says about it."""

    start: datetime
    duration_s: float
    about: dict


def roots(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """The folders (with slashes; "" for the archive itself) that hold a Garmin export, found from the names of the
    archive's members: the folder that contains DI_CONNECT, or DI_CONNECT itself if that one is `taken` by another
    export."""
    found: dict[str, None] = {}
    for name in names:
        if mark := _MARK.search(name):
            around = name[: mark.start()]
            found[around if around not in taken else name[: mark.end()]] = None
    return list(found)


def is_foreign(name: str) -> bool:
    """Whether a member is not Garmin's: a CSV table outside DI_CONNECT. Garmin's own lists are JSON."""
    return name.lower().endswith(".csv") and _MARK.search(name) is None


def is_personal(name: str) -> bool:
    """Whether a member holds account data instead of training; it is left out on purpose."""
    return name.endswith(".json") and bool(_PERSONAL.search(name.rpartition("/")[2]))


def is_list(name: str) -> bool:
    """Whether a member is a list of activities, judged by its name."""
    return name.lower().endswith("summarizedactivities.json")


def read_list(data: bytes) -> list[ListedActivity]:
    """The activities of a *_summarizedActivities.json. Raises BadFile."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadFile("Garmin's list of activities is damaged.") from error
    return [named for entry in _entries(content) if (named := _named(entry)) is not None]


def _entries(content) -> Iterator[dict]:
    if isinstance(content, dict):
        content = [content]
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict) and isinstance(part.get("summarizedActivitiesExport"), list):
            yield from (e for e in part["summarizedActivitiesExport"] if isinstance(e, dict))
        elif isinstance(part, dict) and "beginTimestamp" in part:
            yield part


def _named(entry: dict) -> ListedActivity | None:
    begin = entry.get("beginTimestamp") or entry.get("startTimeGmt")
    if not isinstance(begin, int | float) or not 0 < begin < 4e12:
        return None
    about: dict = {}
    for ours, theirs in (("name", "name"), ("description", "description")):
        if isinstance(entry.get(theirs), str) and entry[theirs].strip():
            about[ours] = entry[theirs].strip()
    kind = entry.get("activityType")
    if isinstance(kind, dict):
        kind = kind.get("typeKey")
    match = sports.from_text(kind if isinstance(kind, str) else "")
    if match.sport != "other":
        about |= {"sport": match.sport} | ({"sub_sport": match.sub_sport} if match.sub_sport else {})
    seconds = entry.get("duration")
    return ListedActivity(
        _EPOCH + timedelta(milliseconds=begin),
        seconds / 1000 if isinstance(seconds, int | float) else 0.0, about,
    )  # fmt: skip


# First bytes of the files we make from entries of an activity list. They never hold health data, whatever their texts.
_ENTRIES = (b'{"garmin_activity"', b'{"strava_activity"')


def health_kind(data: bytes, name: str = "") -> str:
    """The kind of health data in a JSON file ("sleep"); "" if unknown."""
    if data.startswith(_ENTRIES) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
        return ""
    base = name.rpartition("/")[2].lower()
    for kind, (called, _) in _HEALTH.items():
        if base and re.search(called, base):
            return kind
    head = data[:65_536]
    return next((kind for kind, (_, says) in _HEALTH.items() if re.search(says, head)), "")


def days_of(data: bytes) -> list[date]:
    """The days in a health file, each once, in order."""
    found: set[date] = set()
    for year, month, day, milliseconds in _DAY.findall(data):
        try:
            if milliseconds:
                found.add((_EPOCH + timedelta(milliseconds=int(milliseconds))).date())
            else:
                found.add(date(int(year), int(month), int(day)))
        except (ValueError, OverflowError):
            continue
    return sorted(found)


@reader("garmin_json", lambda head: bool(health_kind(head)) or b'"summarizedActivitiesExport"' in head)
def read(data: bytes) -> Reading:
    """Read a single JSON file of the export. Health data is passed on whole. Raises BadFile."""
    try:
        json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadFile("This JSON file is damaged.") from error
    kind = health_kind(data)
    if not kind:
        return Reading(
            "garmin_json", "other", reason="This is Garmin's list of activities, without the activities."
        )
    return Reading("garmin_json", "health", reason=f"Garmin's {kind}, kept whole for the health pages.")
