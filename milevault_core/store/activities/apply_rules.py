"""Applying rules to stored activities: the facts they look at, what they set, and how that is undone."""

import json
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from milevault_core.activities import texts
from milevault_core.activities.rules import Change, Facts, Rule, changes
from milevault_core.problems import BadFile
from milevault_core.store import engine, set_aside
from milevault_core.store.activities import apply_names, recordings, trash
from milevault_core.store.models import Activity

_FACTS = """
SELECT a.id, a.name, a.sport, a.device, a.gear, a.tags, a.is_commute, a.is_indoor, a.distance_m,
       (((extract(epoch FROM a.start_time)::int8 + a.utc_offset_s) / 60) % 1440)::int AS minute,
       extract(isodow FROM a.local_day)::int AS weekday, a.local_day, t.outline,
       (SELECT array_agg(e.field) FROM activity_edits e WHERE e.user_id = a.user_id AND (e.activity_id = a.id
        OR e.activity_id IN (SELECT o.home_id FROM activity_recordings o WHERE o.user_id = a.user_id
                             AND o.activity_id = a.id))
        AND NOT EXISTS (SELECT 1 FROM rule_effects r WHERE r.user_id = e.user_id AND r.activity_id = e.activity_id
                        AND r.field = e.field AND r.value = e.value)
        AND NOT (e.field = 'gear' AND EXISTS (SELECT 1 FROM gear_items g WHERE g.user_id = e.user_id
                 AND g.name = e.value AND g.sports ? a.sport)
                 AND NOT EXISTS (SELECT 1 FROM rule_effects r WHERE r.user_id = e.user_id
                 AND r.activity_id = e.activity_id AND r.field = 'gear'))) AS edited,
       EXISTS (SELECT 1 FROM rule_effects r WHERE r.user_id = a.user_id AND r.activity_id = a.id
               AND r.field = 'leave_out') OR
       EXISTS (SELECT 1 FROM activity_recordings o JOIN rule_effects r ON r.user_id = o.user_id
               AND r.activity_id = o.home_id AND r.field = 'leave_out'
               WHERE o.user_id = a.user_id AND o.activity_id = a.id) AS is_restored
FROM activities a LEFT JOIN activity_tracks t ON t.activity_id = a.id
WHERE a.user_id = :u AND NOT a.is_transition AND (CAST(:ids AS int[]) IS NULL OR a.id = ANY (:ids)) ORDER BY a.id
"""


def facts(session: Session, user_id: int, activity_ids: Sequence[int] | None = None) -> list[Facts]:
    """What rules look at, for all activities or for these. `edited`: the fields that the user has set; values that a
    rule set, and gear that is the sport's default, do not count. An activity that a rule left out and that is here
    again was restored by its owner, which counts as an edit, also if it is part of another activity now."""
    made = []
    for row in session.execute(text(_FACTS), {"u": user_id, "ids": activity_ids and list(activity_ids)}):
        start = np.frombuffer(bytes(row.outline[:8]), "<f4").astype(float) if row.outline else None
        edited = {*(row.edited or ()), *(("leave_out",) if row.is_restored else ())}
        lat, lon = (None, None) if start is None or not np.isfinite(start).all() else map(float, start)
        made.append(
            Facts(
                row.id, row.name, row.sport, row.device, row.gear, row.is_commute, row.is_indoor, row.distance_m,
                row.minute, row.weekday, lat, lon, frozenset(edited), row.tags, row.local_day,
            )
        )  # fmt: skip
    return made


def rules(session: Session, user_id: int) -> list[Rule]:
    """The active rules, in their order."""
    rows = engine.raw(session).execute(
        "SELECT id, conditions, actions FROM rules WHERE user_id = %s AND is_active ORDER BY place, id",
        (user_id,),
    )
    return [Rule(*row) for row in rows]


def default_gear(session: Session, user_id: int) -> dict[str, str]:
    """Sport -> the gear for activities that name none. Gear that will be retired on a later day is still in use. Parts
    do not count: they belong to a bike."""
    rows = engine.raw(session).execute(
        "SELECT name, sports FROM gear_items WHERE user_id = %s AND kind <> 'part' "
        "AND (retired_on IS NULL OR retired_on > current_date) AND sports <> '[]' ORDER BY id",
        (user_id,),
    )
    return {sport: name for name, sports in rows for sport in sports}


def apply(session: Session, user_id: int, wanted: Sequence[Change]) -> list[int]:
    """Make these changes and record which rule made them; returns the activities that were left out (moved to the
    trash)."""
    left_out = []
    for activity_id, own in groupby(sorted(wanted), key=lambda c: c.activity_id):
        activity = session.scalar(
            select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update()
        )
        if activity is None:
            continue
        mine = [c for c in own if c.field != "leave_out" or _can_be_restored(session, user_id, activity_id)]
        if not mine:
            continue
        for change in mine:
            if change.field != "leave_out":
                recordings.save_edit(session, user_id, activity_id, change.field, change.after)
            if change.rule_id:
                session.execute(
                    text(
                        "INSERT INTO rule_effects (rule_id, activity_id, field, user_id, value) "
                        "SELECT id, :a, :f, user_id, :v FROM rules WHERE user_id = :u AND id = :r "
                        "ON CONFLICT (rule_id, activity_id, field) DO UPDATE SET value = excluded.value"
                    ),
                    {
                        "r": change.rule_id,
                        "a": activity_id,
                        "f": change.field,
                        "u": user_id,
                        "v": change.after,
                    },
                )
        apply_names.retell(session, user_id, activity, mine[-1].field)
        if any(change.field == "leave_out" for change in mine):
            session.flush()
            trash.delete(session, user_id, activity_id)
            left_out.append(activity_id)
    return left_out


def _can_be_restored(session: Session, user_id: int, activity_id: int) -> bool:
    """Whether the trash would keep the activity: one made without a file is deleted at once."""
    query = text("SELECT 1 FROM activity_recordings WHERE user_id = :u AND activity_id = :a LIMIT 1")
    return session.execute(query, {"u": user_id, "a": activity_id}).first() is not None


def apply_new(session: Session, user_id: int, activity_ids: Sequence[int]) -> list[int]:
    """Apply all rules and default gear to activities that have just been imported; returns those that were left out."""
    own, defaults = rules(session, user_id), default_gear(session, user_id)
    if not activity_ids or not (own or defaults):
        return []
    found = facts(session, user_id, activity_ids)
    wanted = changes(own, found)
    has_gear = {c.activity_id for c in wanted if c.field == "gear"}
    wanted += [
        Change(f.id, 0, texts.DEFAULT_GEAR, "", defaults[f.sport])
        for f in found
        if f.sport in defaults and not f.gear and f.id not in has_gear
    ]
    return apply(session, user_id, wanted)


def take_back(session: Session, user_id: int, rule_id: int, limit: int = 200) -> int:
    """Undo up to `limit` effects of a rule, where the value is still the one that rules set; returns how many. A value
    that another rule had set comes back. Activities that the rule moved to the trash are restored if they are still
    there."""
    effects = session.execute(
        text(
            "DELETE FROM rule_effects WHERE (rule_id, activity_id, field) IN (SELECT rule_id, activity_id, field "
            "FROM rule_effects WHERE user_id = :u AND rule_id = :r ORDER BY activity_id, field LIMIT :n) "
            "RETURNING activity_id, field, value"
        ),
        {"u": user_id, "r": rule_id, "n": limit},
    ).all()
    for effect in sorted(effects, key=lambda e: e.field != "leave_out"):
        own = {
            "u": user_id,
            "a": effect.activity_id,
            "f": effect.field,
            "v": effect.value,
            "r": rule_id,
        }
        if effect.field == "leave_out":
            there = "SELECT 1 FROM trashed_activities WHERE user_id = :u AND activity_id = :a"
            if session.execute(text(there), own).first():
                _restore(session, user_id, effect.activity_id)
            continue
        is_changed = _remove_tags(session, own) if effect.field == "tags" else _remove_value(session, own)
        shown_in = recordings.shown_in(session, user_id, effect.activity_id)
        activity = session.scalar(select(Activity).filter_by(user_id=user_id, id=shown_in).with_for_update())
        if is_changed and activity is not None:
            apply_names.retell(session, user_id, activity, effect.field)
    return len(effects)


def _remove_value(session: Session, own: dict) -> bool:
    """Remove the value that a rule set, if it is still there; the value of another rule comes back."""
    other = session.scalar(
        text(
            "SELECT e.value FROM rule_effects e JOIN rules r ON r.id = e.rule_id WHERE e.user_id = :u "
            "AND e.activity_id = :a AND e.field = :f ORDER BY r.place, r.id LIMIT 1"
        ),
        own,
    )
    return _replace(session, own | {"left": other or ""})


def _replace(session: Session, own: dict) -> bool:
    """Replace a value that a rule set by what is left of it; returns whether it was still there. In a joined activity
    this changes the edit of one part and keeps its time, so later edits, and those of other parts, take precedence."""
    its = "WHERE user_id = :u AND activity_id = :a AND field = :f AND value = :v RETURNING 1"
    change = "UPDATE activity_edits SET value = :left" if own["left"] else "DELETE FROM activity_edits"
    return session.execute(text(f"{change} {its}"), own).first() is not None


def _remove_tags(session: Session, own: dict) -> bool:
    """Remove the tags that only this rule added, unless the user has changed the tags since."""
    query = text(
        "SELECT value FROM activity_edits WHERE user_id = :u AND activity_id = :a AND field = 'tags'"
    )
    now = session.scalar(query, own)
    others = session.execute(
        text(
            "SELECT e.value, r.actions->>'tags' AS added FROM rule_effects e JOIN rules r ON r.id = e.rule_id "
            "WHERE e.user_id = :u AND e.activity_id = :a AND e.field = 'tags'"
        ),
        own,
    ).all()
    if now is None or now not in {own["v"], *(other.value for other in others)}:
        return False
    added = session.scalar(text("SELECT actions->>'tags' FROM rules WHERE user_id = :u AND id = :r"), own)
    only_here = _tags(added) - {tag for other in others for tag in _tags(other.added)}
    left = texts.tags(",".join(_tags(now) - only_here))
    _replace(session, own | {"v": now, "left": left})
    session.execute(  # so that the remaining tags still count as set by rules
        text(
            "UPDATE rule_effects SET value = :left WHERE user_id = :u AND activity_id = :a AND field = 'tags'"
        ),
        own | {"left": left},
    )
    return True


def _tags(told: str | None) -> set[str]:
    return {tag for tag in texts.tags(told or "").split(", ") if tag}


def _restore(session: Session, user_id: int, activity_id: int) -> None:
    """Take an activity out of the trash; if its files can no longer be read, it stays there and is set aside."""
    attempt = session.begin_nested()
    try:
        trash.restore(session, user_id, activity_id)
    except BadFile as error:
        attempt.rollback()
        set_aside.put(session, user_id, "act", "restore", str(activity_id), 0.0, str(error))


def add(session: Session, user_id: int, conditions: dict, actions: dict) -> int:
    """Add a rule at the end of the order; returns its id. If the same rule exists already, it is switched on."""
    same = text(
        "UPDATE rules SET is_active = true WHERE user_id = :u AND conditions = CAST(:c AS jsonb) "
        "AND actions = CAST(:a AS jsonb) RETURNING id"
    )
    query = text(
        "INSERT INTO rules (user_id, place, conditions, actions) SELECT :u, coalesce(max(place), 0) + 1, "
        "CAST(:c AS jsonb), CAST(:a AS jsonb) FROM rules WHERE user_id = :u RETURNING id"
    )
    values = {"u": user_id, "c": json.dumps(conditions), "a": json.dumps(actions)}
    return int(session.scalars(same, values).first() or session.execute(query, values).scalar_one())


def is_there(session: Session, user_id: int, rule_id: int) -> bool:
    query = text("SELECT 1 FROM rules WHERE user_id = :u AND id = :r")
    return session.execute(query, {"u": user_id, "r": rule_id}).first() is not None


def set_active(session: Session, user_id: int, rule_id: int, is_set: bool) -> None:
    """Switch a rule on or off. Raises LookupError if there is none."""
    changed = session.execute(
        text("UPDATE rules SET is_active = :s WHERE user_id = :u AND id = :r RETURNING 1"),
        {"u": user_id, "r": rule_id, "s": is_set},
    )
    if changed.first() is None:
        raise LookupError("There is no such rule.")


def remove(session: Session, user_id: int, rule_id: int) -> None:
    """Delete a rule; what it has set stays. Raises LookupError if there is none."""
    gone = session.execute(
        text("DELETE FROM rules WHERE user_id = :u AND id = :r RETURNING 1"), {"u": user_id, "r": rule_id}
    )
    if gone.first() is None:
        raise LookupError("There is no such rule.")
