"""Rotation: 7 days, 4 weeks, 12 months are kept, and backups made by hand are never deleted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from milevault_core.backup import rotation

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def night(days_ago: int) -> datetime:
    return NOW - timedelta(days=days_ago)


def name(time: datetime, why: str = "-nightly") -> str:
    return f"milevault-{time:%Y-%m-%d-%H%M%S}{why}.tar"


def test_after_two_years_of_nights() -> None:
    stay = rotation.kept([night(n) for n in range(730)])
    assert {night(n) for n in range(7)} <= stay
    weeks = {t.isocalendar()[:2] for t in stay}
    months = {(t.year, t.month) for t in stay}
    assert len(weeks) >= 4
    assert len(months) == 12
    assert min(stay) == datetime(2025, 12, 31, 3, tzinfo=UTC)
    assert len(stay) <= 7 + 3 + 12


def test_two_in_a_night_and_days_without_one() -> None:
    times = [NOW, NOW - timedelta(hours=1), night(3), night(40)]
    assert rotation.kept(times) == {NOW, night(3), night(40)}


def test_kept_again_tomorrow() -> None:
    """With rotation every night, no backup that was deleted is needed later."""
    there: set[datetime] = set()
    for n in range(400, -1, -1):
        there = rotation.kept([*there, night(n)])
    assert there == rotation.kept([night(n) for n in range(401)])


def test_only_nightly_files_go(tmp_path: Path) -> None:
    nights = [tmp_path / name(night(n)) for n in range(30)]
    others = [tmp_path / name(night(20), ""), tmp_path / name(night(20), "-before-restore"), tmp_path / "notes.txt",
              tmp_path / "milevault-2026-99-99-000000-nightly.tar"]  # fmt: skip
    half = tmp_path / (name(night(1)) + ".part")
    for path in (*nights, *others, half):
        path.touch()
    proven = nights[12]
    gone = rotation.rotate(tmp_path, proven)
    assert half in gone
    left = set(tmp_path.iterdir())
    assert left >= {*others, proven, *nights[:7]}
    assert left == {*others, proven} | {
        n for n in nights if rotation.made(n) in rotation.kept([night(i) for i in range(30)])
    }
