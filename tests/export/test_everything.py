"""Everything of one person is exported from one MileVault and imported into another: equal there, and nothing of anyone
else.
"""

import io
import json
import re
import zipfile
from datetime import date

import psycopg
import pytest

from milevault_core import config, store
from milevault_core.accounts import users
from milevault_core.demo import make as demo
from milevault_core.demo import stored_segments
from milevault_core.demo.athlete import sized
from milevault_core.derive import clean
from milevault_core.export import BadExport, ExportError, read, tables, write
from milevault_core.imports import files
from milevault_core.store import marks
from tests import databases, walls_ids
from tests.backup.filled import opened
from tests.conftest import make_user
from tests.digest import differing, digest
from tests.walls_calls import FIRST_ID
from tests.walls_person import person

CANARY = "bobs-canary-7731"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()


@pytest.fixture(scope="module")
def exported(server_url: str, template: str) -> tuple[bytes, dict]:
    """Ann's export, and her digest: she has rows in every table, and so has Bob on the same server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
        config.settings.cache_clear()
        with databases.fresh(server_url, template) as url, opened(url):
            walls_ids.raise_first_ids()
            bob, ann = person("bob"), person("ann")
            for one in (bob, ann):
                walls_ids.import_files(one.user_id)
            _awkward(ann.user_id, bob.user_id)
            users.set_view(ann.user_id, units="imperial", week_start="sunday", date_format="month",
                           clock="12h", currency="€")  # fmt: skip
            out = io.BytesIO()
            made = write.write(ann.user_id, out)
            assert made.unfinished == 1
            return out.getvalue(), digest(ann.user_id)


def _awkward(ann: int, bob: int) -> None:
    with store.session() as session:
        raw = store.raw(session)
        for name in ("=1+1", "'quoted", "-5", "@x", "+1", "\ttab", 'a,b\n"c"', "", "\\N", "NULL"):
            raw.execute(
                "INSERT INTO activities (user_id, name, sport, start_time, local_day, elapsed_s, distance_m, details) "
                "VALUES (%s, %s, 'running', '1999-12-31 23:59:59.999999+00', '2000-02-29', 0.1, 1e300, %s)",
                (ann, name, psycopg.types.json.Jsonb({"x": name, "y": 0.1})),
            )
        # The id in a split's edit is another one elsewhere; test_numbers.py checks it.
        raw.execute("DELETE FROM activity_edits WHERE user_id = %s AND field = 'track:1'", (ann,))
        raw.execute(
            "INSERT INTO rule_effects (rule_id, activity_id, field, user_id, value) "
            "SELECT min(r.id), min(a.id), 'gear', %(u)s, 'A' FROM rules r, activities a "
            "WHERE r.user_id = %(u)s AND a.user_id = %(u)s",
            {"u": ann},
        )
        raw.execute(
            "INSERT INTO route_states (user_id, sport_group, decided, revision) "
            "SELECT %(u)s, 'run', jsonb_build_object("
            "'into', jsonb_build_array(jsonb_build_array(max(a.id), min(-c.id))), 'out', '[]', 'merged', '[]', "
            "'anchors', jsonb_build_array(min(a.id))), 7 FROM activities a, route_courses c "
            "WHERE a.user_id = %(u)s AND c.user_id = %(u)s",
            {"u": ann},
        )
        raw.execute(  # decisions about things that are gone, and a file pending in an archive
            "INSERT INTO record_decisions (user_id, activity_id, kind, key, decision) VALUES "
            "(%(u)s, 799001, 'segment', 799002, 'keep'), (%(u)s, 799001, 'route', -799003, 'keep')",
            {"u": ann},
        )
        raw.execute(
            "INSERT INTO import_items (import_id, user_id, name, upload_id, place) "
            "SELECT min(i.id), %(u)s, 'later.fit', min(p.id), "
            "'{}' FROM imports i, uploads p WHERE i.user_id = %(u)s AND p.user_id = %(u)s",
            {"u": ann},
        )
        raw.execute("UPDATE activities SET description = %s WHERE user_id = %s", (CANARY, bob))
        raw.execute("UPDATE original_files SET name = %s || name WHERE user_id = %s", (CANARY, bob))
        raw.execute("UPDATE day_notes SET note = %s WHERE user_id = %s", (CANARY, bob))


@pytest.fixture
def elsewhere(exported, database) -> int:
    """Another MileVault with other users in it, and an account for her there with another id."""
    files.begin(make_user("somebody"), "page", "Something")
    make_user("else")
    return make_user("ann")


# These stay: how she signs in and is connected, what is to be computed, and rows that only make sense on the server.
def _travels(table: str) -> bool:
    return table not in tables.STAYS and table not in ("exports", "export_chunks", "garmin_sign_ins")


def test_everything_is_equal_elsewhere(exported, elsewhere: int) -> None:
    data, before = exported
    taken = read.read(elsewhere, io.BytesIO(data))
    after = digest(elsewhere)
    assert [table for table in differing(before, after) if _travels(table)] == []
    assert taken.activities == len(before["activities"]) > 12
    assert [table for table, rows in before.items() if _travels(table) and not rows] == [], (
        "she has of everything"
    )
    account = users.by_username("ann")
    assert account is not None
    assert (account.units, account.week_start, account.date_format) == ("imperial", "sunday", "month")
    assert (account.clock, account.currency) == ("12h", "€")


def test_what_the_digest_leaves_out_is_there_too(exported, elsewhere: int) -> None:
    """The import log, tombstones, decisions: compared by row count."""
    data, _ = exported
    read.read(elsewhere, io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive, psycopg.connect(store.database().dsn) as connection:
        told = json.loads(archive.read("manifest.json"))["tables"]
        for table, one in told.items():
            where = (
                "user_id" if table not in _BY_ACTIVITY else "activity_id IN (SELECT id FROM activities) AND 0"
            )
            row = connection.execute(
                f"SELECT count(*) FROM {table} WHERE {where} = %s", (elsewhere if where == "user_id" else 0,)
            ).fetchone()
            assert row == (one["rows"],), table


_BY_ACTIVITY = {
    "activity_channels", "activity_curves", "activity_data_points", "activity_laps", "activity_metrics",
    "activity_sets", "activity_tracks", "activity_training",
}  # fmt: skip


def test_no_number_of_the_old_database_is_left(exported, elsewhere: int) -> None:
    """Not within JSON and texts either, where an old id could refer to something of somebody else."""
    data, _ = exported
    read.read(elsewhere, io.BytesIO(data))
    old = re.compile(rf"(?<![\d.:]){str(FIRST_ID)[:3]}\d{{3}}(?![\d.])")
    with psycopg.connect(store.database().dsn) as connection:
        left = {
            one.name: found[:3]
            for one in tables.mine(connection)
            for rows in [connection.execute(f"SELECT to_jsonb(t)::text FROM {one.name} t").fetchall()]
            if (found := [m for (row,) in rows for m in old.findall(re.sub(r'"\\\\x[0-9a-f]*"', "", row))])
        }
    assert left == {}


def test_nothing_of_anybody_else_is_in_it(exported) -> None:
    data, _ = exported
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, text in texts.items() if CANARY.encode() in text or CANARY in name] == []
    assert b"bob" not in b"".join(texts.values())
    assert b"bytes of ann" in b"".join(texts.values())


def test_no_secret_is_in_it(exported) -> None:
    data, _ = exported
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert not {
            n for n in archive.namelist() if "token" in n or "factor" in n or n.endswith("/sessions.csv")
        }
    for secret in (b"key of ann", b"sealed", b"password_hash"):
        assert secret not in everything
        assert secret.hex().encode() not in everything  # bytes as hex, as in the tables


def test_no_cell_is_a_formula(exported) -> None:
    import csv

    data, _ = exported
    cells = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith(".csv") or name.startswith("originals/"):
                continue
            for row in csv.reader(io.TextIOWrapper(archive.open(name), "utf-8", newline="")):
                for cell in row:
                    cells += 1
                    is_number = re.fullmatch(r"-?(\d[\d.e+-]*|Infinity|NaN)", cell)
                    assert is_number or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), (name, cell)
    assert cells > 1000


def test_every_table_is_decided_about(database) -> None:
    """A new table is exported automatically, or stays for a reason; its ids are recognised among its columns."""
    with psycopg.connect(database.dsn) as connection:
        mine = tables.mine(connection)
        names = {one.name for one in mine}
        for one in mine:
            assert one.has_user or any(c.name == "activity_id" for c in one.columns), one.name
            numbered = {c.name for c in one.columns if c.name == "id" or c.name.endswith("_id")}
            assert numbered - set(one.numbers()) <= {"garmin_id"}, one.name
        keys = connection.execute(
            "SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text FROM pg_constraint k "
            "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) WHERE contype = 'f'"
        ).fetchall()
        every = {one.name: one for one in mine}
        for table, column, to in keys:
            if table in every and to != "users" and column in {c.name for c in every[table].columns}:
                of = every[table].numbers().get(column)
                assert of == {"trashed_activities": tables.ACTIVITY, "health_files": "original_files"}.get(
                    to, to
                )
        row = connection.execute(
            "SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'"
        )
        (there,) = row.fetchone()
    assert set(tables.STAYS) <= set(there)
    assert not set(tables.STAYS) & names


def test_a_life_is_computed_to_the_same_elsewhere(server_url: str, template: str) -> None:
    """A demo life with its days, segments and records gives the same results when everything is recomputed from the
    import."""
    (athlete,) = sized("S", 5, date(2026, 6, 1))
    with databases.fresh(server_url, template) as here, databases.fresh(server_url, template) as there:
        with opened(here):
            ann = make_user("ann")
            batch = files.begin(ann, "demo")
            demo.some(ann, batch, athlete, 0, 6)
            demo.days(ann, batch, athlete, 0.98, 1.0)
            with store.session() as session:
                stored_segments.add(session, ann, athlete)
            clean.clean(ann)
            clean.clean(ann, "routes")
            clean.clean(ann)
            before, out = digest(ann), io.BytesIO()
            write.write(ann, out)
        with opened(there):
            make_user("somebody")
            ann = make_user("ann")
            read.read(ann, io.BytesIO(out.getvalue()))
            assert _differing(before, digest(ann)) == []
            with store.session() as session:
                marks.mark_everything_of(session, ann)
            clean.clean(ann)
            clean.clean(ann, "routes")
            clean.clean(ann)
            assert _differing(before, digest(ann)) == []
            assert len(before["activities"]) == 6
            assert before["segment_lines"]
            assert before["health_metrics"]


def _differing(before: dict, after: dict) -> list[str]:
    """Tables that differ, ignoring what depends on ids: the hash of a segment's efforts, and the revision of the
    routes' state."""

    def plain(found: dict) -> dict:
        cut = {
            t: [re.sub(r'"(made_of|revision)": ("[^"]*"|-?\d+)', "", row) for row in rows]
            for t, rows in found.items()
        }
        return {t: sorted(rows) for t, rows in cut.items()}

    return [t for t in differing(plain(before), plain(after)) if _travels(t)]


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────


def _changed(data: bytes, name: str, change) -> bytes:
    """The export with one member changed (None: without it)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            content = old.read(each)
            if each == name:
                content = change(content)
            if content is not None:
                new.writestr(each, content)
    return out.getvalue()


def _manifest(**values):
    return lambda content: json.dumps(json.loads(content) | values).encode()


CHANGES = {
    "a row more": ("tables/goals.csv", lambda c: c + c.splitlines(keepends=True)[-1]),
    "no table": ("tables/goals.csv", lambda c: None),
    "an original changed": ("originals", lambda c: c + b"x"),
    "no manifest": ("manifest.json", lambda c: None),
    "another program": ("manifest.json", _manifest(format="other")),
    "newer": ("manifest.json", _manifest(schema="9999")),
    "older": ("manifest.json", _manifest(schema="0020")),
    "no tables": ("manifest.json", _manifest(tables={})),
    "odd": ("manifest.json", lambda c: b"[1, 2]"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_damaged_is_refused_and_changes_nothing(exported, elsewhere: int, what: str) -> None:
    data, _ = exported
    name, change = CHANGES[what]
    if name == "originals":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = next(n for n in archive.namelist() if n.startswith("originals/"))
    with pytest.raises(BadExport) as refused:
        read.read(elsewhere, io.BytesIO(_changed(data, name, change)))
    assert str(refused.value)[-1] == "."
    assert not any(rows for table, rows in digest(elsewhere).items())


def test_a_cut_off_file_is_refused(exported, elsewhere: int) -> None:
    data, _ = exported
    for part in (b"", data[:1000], data[:-30], b"PK\x03\x04" + data[100:2000]):
        with pytest.raises(BadExport):
            read.read(elsewhere, io.BytesIO(part))


def test_a_forged_number_reaches_nobody(exported, elsewhere: int) -> None:
    """A row that refers to an import which is not in the export is refused, even if it exists on that server."""
    data, _ = exported
    import hashlib

    with store.session() as session:
        victim = store.raw(session).execute("SELECT id FROM imports").fetchone()[0]

    def point(content: bytes) -> bytes:
        head, *rows = content.decode().splitlines(keepends=True)
        at = head.strip().split(",").index("import_id")
        cells = rows[0].split(",")
        cells[at] = str(victim)
        return (head + ",".join(cells) + "".join(rows[1:])).encode()

    forged = _changed(data, "tables/gear.csv", point)
    with zipfile.ZipFile(io.BytesIO(forged)) as archive:
        told = json.loads(archive.read("manifest.json"))
        told["tables"]["gear"]["sha256"] = hashlib.sha256(archive.read("tables/gear.csv")).hexdigest()
    forged = _changed(forged, "manifest.json", lambda _: json.dumps(told).encode())
    with pytest.raises(BadExport):
        read.read(elsewhere, io.BytesIO(forged))


def test_an_account_that_holds_something_takes_none(exported, elsewhere: int) -> None:
    data, _ = exported
    read.read(elsewhere, io.BytesIO(data))
    before = digest(elsewhere)
    with pytest.raises(BadExport, match="already holds data"):
        read.read(elsewhere, io.BytesIO(data))
    assert digest(elsewhere) == before


def test_nobody_has_no_export(database) -> None:
    with pytest.raises(ExportError):
        write.write(12345, io.BytesIO())
