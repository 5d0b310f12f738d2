"""The lines at the head of an activity's page, its files, and the bars of its heart rate zones, as HTML."""

from collections.abc import Mapping, Sequence

import pandas as pd

from milevault_core.view import format as fmt
from milevault_core.view.activities import activity
from milevault_core.view.activities.quantities import ZONES
from milevault_core.view.parts.text import address, escape, heading, icon

_RAMP = ("#8da2b8", "#3f8fd0", "#3aa17e", "#d99a2b", "#d6483b")


def line(row: Mapping, beside: Mapping[str, int]) -> str:
    """Links to the activities before and after (queries.efforts.neighbours) and to its day, and what the user noted:
    race, tags, gear, effort."""
    ways = "".join(
        f'<a href="{escape(address("/activity", {"id": beside[word]}))}" rel="{rel}">{text}</a>'
        for word, rel, text in (("before", "prev", "← Earlier"), ("after", "next", "Later →"))
        if word in beside
    )
    if row.get("local_day"):
        ways += f'<a href="{escape(address("/day", {"date": row["local_day"]}))}">The day</a>'
    said = [word for flag, word in (("is_race", "Race"), ("is_commute", "Commute")) if row[flag]]
    said += ["Left out of totals and records"] if row["is_left_out"] else []
    said += [tag for tag in (row["tags"] or "").split(", ") if tag]
    said += [row.get("gear_label") or row["gear"]] if row["gear"] else []
    said += [f"Effort {row['rpe']:.0f} of 10"] if row["rpe"] else []
    chips = "".join(f'<span class="chip">{escape(word)}</span>' for word in said)
    return f'<p class="chips">{ways}{chips}</p>' if ways or chips else ""


def said(sign: str, sentence: str) -> str:
    """A sentence below the name, with an icon before it."""
    return f'<p class="under">{icon(sign)} {escape(sentence)}</p>' if sentence else ""


def description(text: str | None) -> str:
    """The user's description, with its line breaks."""
    return f'<p class="words">{escape(text)}</p>' if text else ""


def files(activity_id: int, originals: pd.DataFrame, kinds: Sequence[str]) -> str:
    """The section with its files: the originals (queries.activities.originals_of), the export formats (`kinds`:
    "GPX" …), and the picture."""
    ways = [(f"/files/original/{one.original_id}", activity.file_label(one), "download")
            for one in originals.itertuples()]  # fmt: skip
    ways += [(f"/files/activity/{activity_id}.{kind.lower()}", kind, "download") for kind in kinds]
    ways.append((f"/files/activity/{activity_id}.png", "Picture to share", "image"))
    links = "".join(
        f'<a class="button" href="{escape(href)}" target="_blank" rel="noopener">{icon(sign)} {escape(label)}</a>'
        for href, label, sign in ways
    )
    return f'{heading("Files")}<p class="buttons">{links}</p>'


def zone_bars(seconds: Sequence[float], top_rate: float) -> str:
    """Time in each zone, where zones are shares of the highest heart rate seen."""
    whole = sum(seconds) or 1.0
    rows = []
    for number in range(5, 0, -1):
        share = seconds[number - 1] / whole
        low = round(ZONES[number - 1] * top_rate)
        high = f"to {round(ZONES[number] * top_rate) - 1}" if number < 5 else "and more"
        span = f"under {round(ZONES[1] * top_rate)}" if number == 1 else f"{low} {high}"
        rows.append(
            f"<tr><td>Zone {number}</td><td>{span} bpm</td><td style='width:60%'><div style='height:.8rem;"
            f"border-radius:.3rem;width:{max(100 * share, 0.4):.1f}%;background:{_RAMP[number - 1]}'></div></td>"
            f"<td style='text-align:right'>{fmt.duration(seconds[number - 1])}</td>"
            f"<td style='text-align:right'>{fmt.percent(100 * share)}</td></tr>"
        )
    return (
        f"<table style='width:100%;font-size:.9rem;border-spacing:.4rem .3rem'>{''.join(rows)}</table>"
        f"<p style='font-size:.85rem;opacity:.75'>Based on the highest heart rate seen: {fmt.heart_rate(top_rate)}.</p>"
    )
