"""An entry of Garmin Connect's activity list as a file of its own, and what the list says about one with a file."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from milevault_core import formats
from milevault_core.formats import garmin_list
from milevault_core.problems import BadFile
from tests.garmin.standin import entry


def test_an_entry_becomes_an_activity() -> None:
    reading = formats.read(garmin_list.entry_file(entry(7)))
    (recording,) = reading.recordings
    assert reading.format == "garmin_list"
    assert recording.start_time == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert (recording.sport, recording.sub_sport, recording.name) == ("running", "trail", "Run 7")
    wanted = {"elapsed_s": 1900.0, "timer_s": 1800.0, "moving_s": 1800.0, "distance_m": 5000.0, "calories": 300.0,
              "avg_heart_rate": 140.0}  # fmt: skip
    assert recording.totals == wanted
    assert recording.track.empty


@pytest.mark.parametrize(("more", "about"), [
    ({}, {"name": "Run 7", "description": "Notes 7", "gear": "Old shoes", "sport": "running", "sub_sport": "trail"}),
    ({"activityType": {"typeKey": "unheard_of"}, "gear": None}, {"name": "Run 7", "description": "Notes 7"}),
    ({"activityName": None, "description": " ", "gear": {"customMakeModel": "Bike"}, "activityType": None},
     {"gear": "Bike"}),
    ({"gear": None, "gearDTOs": [{"uuid": "1", "displayName": None, "customMakeModel": "Nimbus 25",
      "gearMakeName": "Other"}]}, {"name": "Run 7", "description": "Notes 7", "gear": "Nimbus 25", "sport": "running",
      "sub_sport": "trail"}),
    ({"gear": [{"displayName": "", "customMakeModel": None, "gearMakeName": "Asics", "gearModelName": "Nimbus"}],
      "activityName": "", "description": None, "activityType": None}, {"gear": "Asics Nimbus"}),
    ({"gear": [{"gearMakeName": "Other", "gearModelName": "Unknown Shoes"}], "activityName": "", "description": None,
      "activityType": None}, {}),
    ({"eventType": {"typeKey": "race"}, "activityType": "cycling", "gear": []},
     {"name": "Run 7", "description": "Notes 7", "sport": "cycling", "is_race": True}),
])  # fmt: skip
def test_what_the_list_says(more: dict, about: dict) -> None:
    assert garmin_list.about(entry(7, **more)) == about


@pytest.mark.parametrize(
    "more", [{"startTimeGMT": None}, {"startTimeGMT": "soon"}, {"duration": None, "elapsedDuration": 0}]
)
def test_what_cannot_be_an_activity_is_refused(more: dict) -> None:
    with pytest.raises(BadFile, match="Garmin's list does not say"):
        formats.read(garmin_list.entry_file(entry(7, **more)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


@given(st.dictionaries(st.sampled_from(sorted(entry(1))), JSON))
@example({"activityId": {"SKIN_TEMP_C": None}})  # a name that is used in Garmin's health files
def test_any_entry_is_an_activity_or_a_sentence(odd: dict) -> None:
    made = entry(1) | odd
    garmin_list.about(made)
    try:
        data = json.dumps({"garmin_activity": made}).encode()
    except ValueError:
        return
    with contextlib.suppress(BadFile):  # any other exception fails
        assert formats.read(data).recordings
