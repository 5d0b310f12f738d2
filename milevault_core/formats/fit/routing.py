"""The kind of a FIT file, from its first message: `file_id.type`."""

ACTIVITY, COURSE, WEIGHT = 4, 6, 9

# Days and nights rather than activities. Types from 44 up are not in the public profile, but watches write them.
HEALTH = frozenset([14, 15, 28, 32, 41, 44, 49, 68, 73, 79])

_OTHER = {
    1: "This is information about a device, not an activity.",
    2: "These are the settings of a device, not an activity.",
    3: "These are the settings of a sport, not an activity.",
    5: "This is a workout plan, not an activity.",
    7: "This is a training schedule, not an activity.",
    10: "These are the running totals of a device, not an activity.",
    11: "These are goals, not an activity.",
    20: "This is the summary of an activity without the activity itself.",
    34: "This is a segment to ride or run against, not an activity.",
    35: "This is a list of segments, not an activity.",
    40: "This is the layout of a display, not an activity.",
    57: "These are training zones, not an activity.",
    58: "This is software for a device, not an activity.",
}


def kind_of(file_type: int | None, has_activity: bool) -> tuple[str, str]:
    """(kind of formats.Reading, reason), from the file's type and whether it holds points, laps or a summary."""
    if file_type == COURSE:
        return "route", ""
    if file_type in HEALTH:
        return "health", ""
    if file_type == WEIGHT:
        return "weight", ""
    if file_type in _OTHER and not (has_activity and file_type in (1, 20)):
        return "other", _OTHER[file_type]
    if has_activity:
        return "activity", ""
    if file_type in (ACTIVITY, None):
        return "other", "This file holds no activity: nothing was recorded in it."
    return "other", f"This is a FIT file of a kind that MileVault does not use (type {file_type})."
