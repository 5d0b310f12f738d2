"""Health days and the weight log of the first MileVault: each is imported once, however often it is moved."""

from datetime import UTC, date, datetime
from pathlib import Path

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.v1 import tables, v1_imports
from milevault_core.v1_migration import health
from tests.v1_migration import old_vault
from tests.v1_migration.test_moving_in import old_url, rows  # noqa: F401 - a fixture


def bring(user: int, days: list[dict], weights: list[dict]) -> tuple[int, dict[str, int]]:
    with store.session() as session:
        known = set(v1_imports.names(session, user))
    _, count = health.bring_days(user, days, known)
    for (item,) in rows("SELECT id FROM import_items WHERE state = 'waiting'"):
        files.process(item)
    return count, health.bring_weights(user, weights, "Europe/Berlin")


def test_days_and_weights_come_once(user: int, old_url: str, tmp_path: Path) -> None:  # noqa: F811
    old_vault.make_plain(old_url, tmp_path)
    with tables.look_into(old_url) as old:
        days, weights = old.rows("health_days"), old.rows("weights")
        assert "health_metrics.mood" in old.not_understood()
    days, weights = (health.of_person(told, 1, is_alone=False) for told in (days, weights))
    assert bring(user, days, weights) == (2, {"brought": 2, "already": 0, "unusable": 0})
    clean.clean(user)
    found = "SELECT day, rhr, sleep_s, weight_kg FROM health_metrics ORDER BY day"
    wanted = [(date(2024, 3, 1), 51.0, 27_120.0, 70.0), (date(2024, 3, 2), None, None, 69.5)]
    assert rows(found) == wanted
    assert rows("SELECT measured_at, note FROM weight_logs ORDER BY 1")[0] == (
        datetime(2024, 3, 1, 11, tzinfo=UTC), "After breakfast"
    )  # fmt: skip
    assert "900" in rows("SELECT problems::text FROM import_items")[0][0]  # an impossible heart rate
    assert bring(user, days, weights) == (0, {"brought": 0, "already": 2, "unusable": 0})
    clean.clean(user)
    assert rows(found) == wanted
    assert rows("SELECT count(*) FROM import_items") == [(1,)]


def test_what_is_nobodys_is_the_only_persons() -> None:
    told = [{"user": None}, {"user": 1}, {"user": 2}]
    assert health.of_person(told, 1, is_alone=False) == [{"user": 1}]
    assert health.of_person(told, 1, is_alone=True) == [{"user": None}, {"user": 1}]


def test_odd_rows_are_counted_or_left() -> None:
    assert health._moment("2024-03-01T07:30:00") == (
        date(2024, 3, 1),
        datetime(2024, 3, 1, 7, 30, tzinfo=UTC),
    )
    assert health._moment("2024-03-01") == (date(2024, 3, 1), None)
    assert health._moment("soon") == health._moment(None) == health._moment(5) == (None, None)
    assert [health._number(x) for x in ("7.5", None, "x", float("nan"), 1e12)] == [
        7.5,
        None,
        None,
        None,
        None,
    ]
