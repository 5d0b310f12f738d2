"""Arguments for every function that tests/test_walls_everywhere.py finds, by parameter name or by function."""

import base64
import inspect
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.actions import segment_files
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store import set_aside, worker_answers
from milevault_core.store.activities import apply_rules, edits, judgement
from milevault_core.store.activities.apply_rules import Change
from milevault_core.store.imports import items, reprocess, uploads
from tests import walls_newer
from tests import walls_person as walls
from tests.walls_calls import MISSING_ID, NOON
from tests.walls_ids import Ids, missing_ids

DAY = walls.DAY

# By parameter name.
_NAMED: dict[str, Callable[[Ids], Any]] = {
    "about": lambda _: {"name": "From an archive"},
    "actions": lambda _: {"gear": "A"},
    "activities": lambda ids: [ids["activity_id"]],
    "answer": lambda _: {"found": 1},
    "activity_ids": lambda ids: [ids["activity_id"]],
    "amount": lambda _: 10.0,
    "at": lambda _: (NOON + timedelta(seconds=20)).timestamp(),
    "bounds": lambda _: [100.0, 200.0],
    "channel_name": lambda _: "core_temperature",
    "conditions": lambda _: {"sport": "cycling"},
    "count": lambda _: 5,
    "curve_name": lambda _: "power",
    "data": lambda _: b"<gpx/>",
    "day": lambda _: DAY,
    "days": lambda _: {DAY},
    "decision": lambda _: "keep",
    "edited": lambda ids: {ids["activity_id"]: {"name": "Better"}},
    "duration_s": lambda _: 600.0,
    "edit": lambda _: TrackEdit("trim", start=(NOON + timedelta(seconds=20)).timestamp()),
    "enough": lambda _: 1,
    "every_m": lambda _: 1000.0,
    "facts": lambda _: {"device": "A"},
    "field": lambda _: "description",
    "first": lambda _: date(2000, 1, 1),
    "flag": lambda _: "favourite",
    "hours": lambda _: 1,
    "into_route": lambda ids: ids["route_id"],
    "is_set": lambda _: False,
    "item_ids": lambda _: None,
    "key": lambda _: 0.0,
    "job": lambda _: "a job",
    "kind": lambda _: "power",
    "label": lambda _: "A label",
    "last": lambda _: date(2100, 1, 1),
    "last_on": lambda _: date(2026, 5, 1),
    "limit": lambda _: 10,
    "look": lambda _: False,
    "measure": lambda _: "distance",
    "media_type": lambda _: "image/jpeg",
    "method": lambda _: "own",
    "metric_names": lambda _: ["load", "work_j"],
    "minutes": lambda _: 10,
    "name": lambda _: "A name",
    "number": lambda ids: ids["recording_id"],
    "numbers": lambda _: {"distance_m": 5.0},
    "offset": lambda _: 0,
    "only": lambda ids: [ids["activity_id"]],
    "origin": lambda _: "device",
    "originals": lambda ids: [ids["original_id"]],
    "part": lambda _: 0,
    "path": lambda _: "a.fit",
    "period": lambda _: "week",
    "rating": lambda _: 8,
    "reason": lambda _: "A reason.",
    "recording": lambda _: walls.recording(part=1),
    "recording_ids": lambda ids: [ids["recording_id"]],
    "result": lambda _: items.Result("failed", reason="A reason."),
    "scope": lambda _: "activity",
    "searched": lambda _: "cycling",
    "second_id": lambda ids: ids["other_id"],
    "seeds": lambda ids: [ids["recording_id"]],
    "size_bytes": lambda _: 10,
    "source": lambda _: "page",
    "sport": lambda _: "cycling",
    "sport_group": lambda _: "ride",
    "stamp": lambda _: (1, 2),
    "start": lambda _: NOON,
    "step": lambda _: "metrics",
    "steps": lambda _: ("metrics",),
    "stream": lambda _: io.BytesIO(b"<gpx/>"),
    "today": lambda _: DAY,
    "token": lambda _: "a secret",
    "took_s": lambda _: 1.0,
    "value": lambda _: "A value",
    "values": lambda _: {"threshold_power": 260.0},
    "verb": lambda _: "take_apart",
    "what": lambda _: "Chain",
    "when": lambda _: NOON,
    "wanted": lambda ids: [Change(ids["activity_id"], ids["rule_id"], "gear", "", "A")],
    "words": lambda _: {"name": "Better"},
    "width": lambda _: 4,
    "height": lambda _: 3,
    "thumbnail": lambda _: b"small",
    "zone_kind": lambda _: "power",
}
_NAMED = walls_newer.NAMED | _NAMED

# By function, for parameters whose name means something else elsewhere or that have a default.
_FILE = {"activity_id": lambda ids: ids["file_id"], "recording_ids": lambda ids: [ids["file_recording_id"]],
         "seeds": lambda ids: [ids["file_recording_id"]], "other_id": lambda ids: ids["second_file_id"]}  # fmt: skip
_PAIRED = {"recording_id": lambda ids: ids["paired_id"], "number": lambda ids: ids["paired_id"]}
_TRASH = {"activity_id": lambda ids: ids["trashed_id"], "item_id": lambda ids: ids["trashed_item_id"]}
_REREAD = {"import_id": lambda ids: ids["reread_id"]}
_KEY = {"key": lambda _: "a key"}
_SET_ASIDE = {"key": lambda ids: str(ids["activity_id"])}
_FIGURE = {"name": lambda _: "calories", "value": lambda _: "computed"}
_VALUE = {"name": lambda _: "threshold_power", "value": lambda _: 260.0}
_DECISION = {"field": lambda _: "as_recorded", "value": lambda _: "true"}
_STARTS = {"starts": lambda ids: {ids["file_id"]: "2024-05-01T07:00:00+00:00"}}
_OF_FUNCTION: dict[str, dict[str, Callable[[Ids], Any]]] = {
    "store.activities.recordings.edits_of": {"fingerprints": lambda _: []},
    "store.imports.items.set_original": {"item_id": lambda ids: ids["trashed_item_id"]},
    "store.queries.rereads.changes": {"reread_id": lambda ids: ids["first_reread_id"]},
    "store.records.rows.save_efforts": {"found": lambda _: [], "curves": lambda _: {}},
    "store.routes.profiles.keep": {"found": lambda _: None},
    "store.routes.lines.replace_line": {"prepared": lambda _: None},
    "store.training.rows.save_told": {"told": lambda _: {("calories", "device"): 400.0}},
    "store.activities.derived_rows.is_marked": {"steps": lambda _: ["metrics"]},
    "store.activities.apply_rules.apply_new": {"activity_ids": lambda ids: [ids["file_id"]]},
    "store.activities.edits.revoke": _FILE | {"field": lambda _: "figure:calories"},
    "actions.edits.revoke": _FILE | {"field": lambda _: "figure:calories"},
    "store.activities.judgement.is_as_recorded": _FILE,
    "actions.judgement.is_as_recorded": _FILE,
    "store.activities.edits.choose_figure": _FILE | _FIGURE,
    "store.activities.edits.edit_track": _FILE,
    "store.activities.edits.rebuild_now": _FILE,
    "store.activities.edits.set_default": _FIGURE | {"origin": lambda _: "computed"},
    "store.activities.judgement.apply": _FILE,
    "store.activities.judgement.note": _FILE | _DECISION,
    "store.activities.assign_activity.regroup": _FILE,
    "store.activities.split_join.beside": _PAIRED,
    "store.activities.split_join.join": _FILE,
    "store.activities.split_join.put_together": _FILE,
    "store.activities.split_join.split": _FILE,
    "store.activities.split_join.take_apart": _PAIRED,
    "store.activities.trash.purge": _TRASH,
    "store.activities.trash.restore": _TRASH,
    "store.imports.known_files.deleted_of": _TRASH,
    "store.imports.known_files.deleted_like": {"activities": lambda ids: [ids["again_id"]]},
    "store.imports.items.stop": {"import_id": lambda ids: ids["waiting_import_id"]},
    "store.imports.reprocess.phase": _REREAD,
    "store.imports.reprocess.look_at_one": _REREAD,
    "store.gear.is_there": {"name": lambda _: "A"},
    "store.gear.label_of": {"name": lambda _: "A"},
    "store.gear.name_of": {"label": lambda _: "Red"},
    "store.queries.gear.activities": {"gear_name": lambda _: "A"},
    "store.imports.reprocess.put_back": _REREAD | {"activities": lambda ids: [ids["file_id"]]},
    "store.imports.reprocess.to_put_back": _REREAD,
    "store.imports.reprocess.read_one": _REREAD,
    "store.imports.reprocess.start_doing": _REREAD,
    "store.imports.reprocess_files.begin": _REREAD,
    "store.imports.uploads.copy_in": {"source": lambda _: io.BytesIO(b"0123456789")},
    "store.imports.uploads.append": {"data": lambda _: b"0123456789"},
    "store.imports.plan_lookup.sums_here": {"sums": lambda _: []},
    "store.queries.activities.laps": {"kind": lambda _: "lap"},
    "store.queries.import_log.page": {"words": lambda _: ""},
    "store.records.rows.save_seen": {"counted": lambda _: set()},
    "store.routes.decisions.merge_routes": {"into_route": lambda ids: ids["other_route_id"]},
    "store.routes.named_routes.forget": {"routes": lambda ids: [ids["activity_id"]]},
    "store.set_aside.forget": _SET_ASIDE,
    "store.set_aside.has": _SET_ASIDE,
    "store.set_aside.put": _KEY,
    "store.set_aside.reason": _SET_ASIDE,
    "store.set_aside.steps_of": _SET_ASIDE,
    "store.marks.mark_again": _SET_ASIDE,
    "store.set_aside.resting_parts": {"step": lambda _: ""},
    "store.training.athlete.forget_values": {"names": lambda _: ["threshold_power"]},
    "store.training.athlete.set_value": _VALUE,
    "actions.athlete.set_value": _VALUE,
    "actions.athlete.use_grade_curve": {"is_used": lambda _: False},
    "actions.by_worker.ask": _PAIRED,
    "actions.by_worker.ask_again": {"key": lambda ids: str(ids["paired_id"])},
    "actions.by_worker.work": _PAIRED,
    "actions.trouble.aside": _KEY,
    "actions.edits.choose_figure": _FILE | _FIGURE,
    "actions.edits.edit_track": _FILE,
    "actions.edits.join": _FILE,
    "actions.edits.set_figure_default": _FIGURE | {"origin": lambda _: "computed"},
    "actions.edits.split": _FILE,
    "store.activities.judgement.note_starts": _STARTS,
    "store.activities.judgement.activities_of": {"activity_ids": lambda ids: [ids["file_id"]]},
    "actions.judgement.set_starts": _STARTS,
    "actions.judgement.activities_of": {"activity_ids": lambda ids: [ids["file_id"]]},
    "actions.judgement.judge": _FILE,
    "actions.judgement.set_start": _FILE,
    "actions.judgement.count_as_recorded": _FILE,
    "actions.recordings.compare": _PAIRED,
    "actions.recordings.figures": _PAIRED,
    "actions.recordings.put_together": _FILE,
    "actions.recordings.take_apart": _PAIRED,
    "actions.rules.try_out": {"conditions": lambda _: {"name": "ride"}},
    "actions.set_aside.try_again": {"key": lambda ids: str(ids["activity_id"])},
    "actions.trash.bring_back": _TRASH,
    "actions.trash.purge": _TRASH,
    "actions.trash.restore": _TRASH,
    "imports.archives.append": {"data": lambda _: b"0123456789"},
    "imports.archives.begin": _KEY,
    "imports.archives.hand_over": {"files": lambda _: [("a.gpx", io.BytesIO(b"<gpx/>"))]},
    "imports.archives.start": {"import_id": lambda _: None},
    "imports.files.stop": {"import_id": lambda ids: ids["waiting_import_id"]},
    "imports.plan.of_file": {"file": lambda _: io.BytesIO(b"<gpx/>")},
    "imports.reread.do": _REREAD,
    "imports.reread.work": _REREAD,
}


_OF_FUNCTION = walls_newer.OF_FUNCTION | _OF_FUNCTION


def arguments(label: str, function: Callable, ids: Ids) -> dict[str, Any]:
    """Arguments for a function. Raises LookupError, with their names, for parameters without an example."""
    own = _OF_FUNCTION.get(label, {})
    given, missing = {}, []

    for name, parameter in inspect.signature(function).parameters.items():
        if name in ("session", "user_id") or parameter.kind in (
            parameter.VAR_KEYWORD,
            parameter.VAR_POSITIONAL,
        ):
            continue
        example = own.get(name) or _NAMED.get(name) or (name in ids and (lambda ids, name=name: ids[name]))
        if example:
            given[name] = example(ids)
        elif parameter.default is parameter.empty:
            missing.append(name)
    if missing:
        raise LookupError(", ".join(missing))
    return given


def takes_ids(label: str, function: Callable) -> bool:
    """Whether any argument is or contains an id."""
    return repr(arguments(label, function, missing_ids())).find(str(MISSING_ID)[:8]) >= 0


def _change(session: Session, user_id: int, ids: Ids) -> None:
    apply_rules.apply(session, user_id, [Change(ids["activity_id"], ids["rule_id"], "gear", "", "A")])


def _rule(session: Session, user_id: int, ids: Ids) -> None:
    apply_rules.add(session, user_id, {"name": "ride"}, {"gear": "B"})


def _figure(session: Session, user_id: int, ids: Ids) -> None:
    edits.choose_figure(session, user_id, ids["file_id"], "calories", "500")


def _as_recorded(session: Session, user_id: int, ids: Ids) -> None:
    judgement.note(session, user_id, ids["file_id"], "as_recorded", "true")


def _changed(session: Session, user_id: int, ids: Ids) -> None:
    session.execute(
        text("UPDATE activities_before SET state = 'changed' WHERE import_id = :b"), {"b": ids["reread_id"]}
    )


def _read(session: Session, user_id: int, ids: Ids) -> None:
    _changed(session, user_id, ids)
    reprocess.read_one(session, user_id, ids["reread_id"])


def _looked(session: Session, user_id: int, ids: Ids) -> None:
    uploads.set_state(session, ids["upload_id"], "looked")


def _no_recordings(session: Session, user_id: int, ids: Ids) -> None:
    session.execute(text("DELETE FROM activity_recordings WHERE activity_id = :a"), {"a": ids["activity_id"]})


def _aside(session: Session, user_id: int, ids: Ids) -> None:
    set_aside.put(session, user_id, "activity", "metrics", str(ids["activity_id"]), 0.0, "A reason.")


def _file_aside(session: Session, user_id: int, ids: Ids) -> None:
    set_aside.put(session, user_id, "undo", "", f"{ids['import_id']}:{ids['original_id']}", 0.0)


def _answer(session: Session, user_id: int, ids: Ids) -> None:
    worker_answers.save(session, user_id, "a job", {"found": 1})


def _segment_file(session: Session, user_id: int, ids: Ids) -> None:
    points = "".join(f'<rtept lat="{47 + n / 1000}" lon="8"/>' for n in range(9))
    gpx = f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><rte>{points}</rte></gpx>'
    held = {"name": "hill.gpx", "data": base64.b64encode(gpx.encode()).decode()}
    worker_answers.save(session, user_id, segment_files.job(ids["recording_id"]), held)


# What a function needs, prepared by the owner in the same transaction.
BEFORE: dict[str, Callable[[Session, int, Ids], None]] = {
    **walls_newer.BEFORE,
    "store.activities.activity_rows.remove": _no_recordings,
    "store.activities.apply_rules.take_back": _change,
    "actions.rules.take_back": _change,
    "store.activities.decisions.copy_rule_effects": _change,
    "store.activities.apply_rules.apply_new": _rule,
    "store.activities.edits.revoke": _figure,
    "actions.edits.revoke": _figure,
    "store.activities.judgement.is_as_recorded": _as_recorded,
    "actions.judgement.is_as_recorded": _as_recorded,
    "store.imports.reprocess.read_one": _changed,
    "store.imports.reprocess.put_back": _read,
    "store.imports.reprocess.to_put_back": _read,
    "imports.archives.start": _looked,
    "store.worker_answers.has": _answer,
    "store.worker_answers.take": _answer,
    "actions.segment_files.of_file": _segment_file,
    "store.set_aside.reason": _aside,
    "store.set_aside.resting_parts": _file_aside,
    "store.set_aside.forget_parts": _file_aside,
}
