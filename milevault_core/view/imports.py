"""What the import page shows: progress, tables, words."""

import json
from collections.abc import Mapping

import pandas as pd

from milevault_core.view import dates, words
from milevault_core.view.plan import duration

LABELS = {
    "imported": "Imported", "partial": "Imported in part", "merged": "Added to another", "duplicate": "Already here",
    "health": "Health", "photo": "Photos", "not_activity": "No activity", "left_out": "Left out", "failed": "Failed",
}  # fmt: skip
SOURCES = {"page": "This page", "command": "Command line", "upload": "Phone or script", "folder": "Watched folder",
           "garmin": "Garmin Connect", "demo": "Demo data", "reread": "Read again"}  # fmt: skip
_MARKS = {
    "imported": "✓",
    "partial": "✓",
    "merged": "＋",
    "duplicate": "＝",
    "health": "♥",
    "photo": "▣",
    "failed": "✕",
}


def progress(batch: Mapping) -> tuple[float, str]:
    """(share done, "412 of 1,000 files · 24 a second · 25 s left") of a batch that is under way."""
    done = batch["files"] - batch["waiting"]
    text = f"{done:,} of {batch['files']:,} files"
    rate = batch["recent"] / batch["recent_s"]
    if batch["waiting"] and rate > 0:
        each = f"{rate:.0f} a second" if rate >= 1.5 else f"{60 * rate:.0f} a minute"
        text += f" · {each} · {duration(batch['waiting'] / rate)} left"
    elif batch["waiting"] and not done:
        text = f"{batch['files']:,} files · waiting for a worker"
    return (done / batch["files"] if batch["files"] else 0.0), text


def counts(batch: Mapping) -> list[tuple[str, str, int]]:
    """(outcome, its label, how many), in the order of LABELS, those that occur."""
    return [(o, label, batch["outcomes"][o]) for o, label in LABELS.items() if batch["outcomes"].get(o)]


def sentence(row) -> str:
    """What became of a file."""
    if row.state == "waiting":
        return "Waiting"
    problems = [p["text"] for p in json.loads(row.problems)]
    return words.outcome(row.outcome, len(row.activities), len(row.days), row.reason, problems)


def files_table(rows: pd.DataFrame) -> pd.DataFrame:
    """A page of files as a table: file, what became of it, a link to its (first) activity."""
    names = rows["name"].str.rpartition("/")
    return pd.DataFrame({
        "mark": [_MARKS.get(o or "", "…" if s == "waiting" else "·") for o, s in
                 zip(rows["outcome"], rows["state"], strict=True)],
        "file": names[2].to_numpy(),
        "result": [sentence(row) for row in rows.itertuples()],
        "open": [f"/activity?id={int(a[0])}" if len(a) else None for a in rows["activities"]],
        "where": names[0].to_numpy(),
    })  # fmt: skip


def batches_table(rows: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """The log: when, what, from where, how many, with a link to each batch."""
    return pd.DataFrame({
        "open": [f"/read-again?id={int(i)}" if source == "reread" else f"/imports?import={int(i)}"
                 for i, source in zip(rows["id"], rows["source"], strict=True)],
        "when": [dates.short_day_time(at, time_zone) for at in rows["created_at"]],
        "what": [label or SOURCES.get(source, source) for label, source in
                 zip(rows["label"], rows["source"], strict=True)],
        "from": [SOURCES.get(source, source) for source in rows["source"]],
        "files": rows["files"].astype(int).to_numpy(), "activities": rows["activities"].astype(int).to_numpy(),
        "failed": rows["failed"].astype(int).to_numpy(),
    })  # fmt: skip


def size(count: int) -> str:
    """ "5.1 GB", "34 MB"."""
    value, unit = float(count), 0
    while value >= 1000 and unit < 3:
        value, unit = value / 1000, unit + 1
    return (
        f"{value:.1f} {('B', 'kB', 'MB', 'GB')[unit]}"
        if value < 10 and unit
        else f"{value:.0f} {('B', 'kB', 'MB', 'GB')[unit]}"
    )
