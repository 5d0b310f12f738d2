"""After a change of time zone in Profile, nights from files without one follow; activities without one follow when they
are read again.
"""

from milevault_core import store
from milevault_core.accounts import users
from milevault_core.derive import clean
from milevault_core.imports import files, reread
from tests.imports.test_strava_again import brought, row

NIGHT = (
    b'[{"calendarDate":"2024-05-03","sleepStartTimestampGMT":"2024-05-03T03:00:00.0","sleepEndTimestampGMT":'
    b'"2024-05-03T11:00:00.0","deepSleepSeconds":3600,"lightSleepSeconds":20000,"remSleepSeconds":3600}]'
)


def test_nights_follow_the_time_zone(user: int) -> None:
    users.set_view(user, time_zone="UTC")
    files.add_and_process(user, files.begin(user, "page"), "2024_sleepData.json", NIGHT)
    clean.clean(user)
    assert list(store.read("SELECT utc_offset_s FROM sleep_sessions")["utc_offset_s"]) == [0]
    users.set_view(user, units="imperial")
    assert store.read("SELECT 1 FROM dirty_days").empty
    users.set_view(user, time_zone="America/New_York")
    clean.clean(user)
    assert list(store.read("SELECT utc_offset_s FROM sleep_sessions")["utc_offset_s"]) == [-4 * 3600]


def test_an_activity_without_a_zone_follows_when_it_is_read_again(user: int) -> None:
    users.set_view(user, time_zone="UTC")
    brought(user, row(3, "Gym", day="May 3, 2024, 2:00:00 AM"))
    users.set_view(user, time_zone="America/New_York")
    batch = reread.begin(user, "Everything")
    reread.work(user, batch)
    reread.do(user, batch)
    reread.work(user, batch)
    shown = store.read("SELECT local_day::text AS day, time_zone FROM activities").iloc[0]
    assert tuple(shown) == ("2024-05-02", "America/New_York")
