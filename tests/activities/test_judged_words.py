"""Names, heart rates and further fields as devices really write them."""

import pytest

from tests.activities.judged import close, codes, judged, ride
from tests.builders import fit, gpx
from tests.builders.fit import Writer


def test_heart_rate_zero_is_none() -> None:
    w = ride(600, extra=lambda i: [(3, "uint8", 0)])
    made = judged(close(w, 599, 3594, extra=[(16, "uint8", 0), (17, "uint8", 0)]))
    assert made.row["avg_heart_rate"] is None
    assert made.row["max_heart_rate"] is None


@pytest.mark.parametrize(
    "beat",
    [
        '<heartRate time="{}" bpm="{}"/>',
        '<hr time="{}" value="{}"/>',
        '<hr time="{}">{}</hr>',
        "<x:HeartRate xmlns:x='y'><x:time>{}</x:time><x:bpm>{}</x:bpm></x:HeartRate>",
    ],
)
def test_a_file_of_heart_rates_beside_the_track(beat: str) -> None:
    text = gpx.gpx(gpx.track([{k: v for k, v in p.items() if k != "hr"} for p in gpx.points(300)]))
    rates = "".join(beat.format(f"2024-05-01T07:{m:02}:00Z", 120 + m) for m in range(6))
    made = judged(text.replace("<trk>", f"<extensions>{rates}</extensions><trk>", 1))
    assert 119 < made.row["avg_heart_rate"] < 127


@pytest.mark.parametrize("name", ["exercise", "Workout(id=3, start=…)"])
def test_stock_names_are_no_names(name: str) -> None:
    made = judged(gpx.gpx(gpx.track(gpx.points(300), name=name, type="")))
    assert made.recording.name == ""
    assert made.recording.sport == "other"


def test_joiners_stay_in_names() -> None:
    name = "🏃\u200d♀️ می\u200cدوم क्\u200dष"
    assert judged(gpx.gpx(gpx.track(gpx.points(60), name=name))).recording.name == name


def test_an_undeclared_prefix_is_no_damage() -> None:
    text = gpx.gpx(gpx.track(gpx.points(60))).replace("</trk>", "<odd:x>1</odd:x></trk>")
    assert codes(judged(text)) == []


def test_developer_fields_that_are_described_after_their_first_use() -> None:
    w = fit.file_id(Writer())
    for i in range(3):
        w.add(20, *fit.point(i), local=1, developer=[(1, 0, "uint16", 250)])
    fit.developer_field(w, 0, 1, "Target_Power", "uint16", "W")
    for i in range(3, 60):
        w.add(20, *fit.point(i), local=1, developer=[(1, 0, "uint16", 250)])
    (channel,) = [c for c in judged(close(w, 59, 177, sport=1)).recording.channels if c.developer]
    assert (channel.name, channel.unit) == ("Target_Power", "W")
    assert channel.values.tolist() == [250.0] * 60
