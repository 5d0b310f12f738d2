"""The import page: the plan with its two buttons, the log, an import file by file, retry, undo."""

from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import trash
from milevault_core.imports import files, undo
from milevault_core.store.queries import import_log
from milevault_core.store.queries import imports as queries
from tests.builders.archive import zipped
from tests.imports.test_archives import planned, run, value
from tests.pages.shown import all_html, rows, shown_html


def test_a_plan_is_imported_or_discarded(user: int, open_page) -> None:
    upload_id, _ = planned(user, zipped({"a.gpx": run(0), "b.gpx": b""}))
    page = open_page(user, "imports")
    assert not page.exception
    assert any("1 new activity, 1 unreadable" in m.value for m in page.markdown)
    page.button(key=f"start-{upload_id}").click().run()
    assert not page.exception
    assert value("SELECT state FROM uploads") == "listing"
    other, _ = planned(user, zipped({"c.gpx": run(2)}))
    page = open_page(user, "imports")
    page.button(key=f"discard-{other}").click().run()
    assert value("SELECT count(*) FROM uploads WHERE id = :i", i=other) == 0


def test_one_import_file_by_file(user: int, other_user: int, open_page) -> None:
    batch = files.begin(user, "page", "Some files")
    for name, data in (("good.gpx", run(0)), ("bad.gpx", b"nothing")):
        for item in files.add(user, batch, name, data):
            files.process(item)
    page = open_page(user, "imports", **{"import": str(batch)})
    assert not page.exception
    listed = rows(page, "files_list")
    assert [row["name"] for row in listed] == ["bad.gpx", "good.gpx"]
    assert listed[1]["Result"] == "Imported."
    assert "Folder" not in listed[1], "no column without anything in it"
    assert listed[1]["href"].startswith("/activity?id=")
    next(b for b in page.button if b.label == "Try the failed file again").click().run()
    assert queries.counts(user, batch)["waiting"] == 1
    stranger = open_page(other_user, "imports", **{"import": str(batch)})
    assert "good.gpx" not in all_html(stranger)
    assert any("no such import" in i.value for i in stranger.info)


def test_a_deleted_activity_is_restored_from_the_log(user: int, open_page) -> None:
    first = files.begin(user, "page", "Once")
    for item in files.add(user, first, "run.gpx", run(0)):
        files.process(item)
    activity = value("SELECT id FROM activities")
    trash.delete(user, activity)
    again = files.begin(user, "page", "Twice")
    for item in files.add(user, again, "run.gpx", run(0)):
        files.process(item)
    page = open_page(user, "imports", **{"import": str(again)})
    assert "Deleted on " in rows(page, "files_list")[0]["Result"]
    page.button(key="restore").click().run()
    assert not page.exception
    assert value("SELECT id FROM activities") == activity
    assert "restore" not in [b.key for b in page.button]


def test_a_long_import_stays_quick(user: int, open_page) -> None:
    batch = files.begin(user, "page", "Many")
    with store.session() as session:
        session.execute(
            text(
                "INSERT INTO import_items (user_id, import_id, name, state, outcome, finished_at) SELECT :u, :b, "
                "'export.zip/' || n || '.fit', 'done', CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'health' END, now() "
                "FROM generate_series(1, 20000) n"
            ),
            {"u": user, "b": batch},
        )
    page = open_page(user, "imports", **{"import": str(batch)})
    assert len(rows(page, "files_list")) == 100
    assert shown_html(page)["files_list"].count(">error<") == 100
    page.query_params["page"] = "200"
    page = page.run()
    assert len(rows(page, "files_list")) == 100
    assert "19\u202f901 to 20\u202f000 of 20\u202f000" in shown_html(page)["files_list"]


def test_an_import_is_stopped_and_goes_on(user: int, open_page) -> None:
    batch = files.begin(user, "page", "Some files")
    for n in range(3):
        files.add(user, batch, f"{n}.gpx", run(n))
    page = open_page(user, "imports", **{"import": str(batch)})
    page.button(key="stop").click().run()
    assert not page.exception
    assert queries.counts(user, batch) == {"done": 3}
    assert "stopped before this file" in shown_html(page)["files_list"]
    assert [(one.label, one.value) for one in page.metric] == [("Not read", "3")], "they have not failed"
    for outcome, shown in (("not_read", 3), ("failed", 0)):
        assert len(import_log.page(user, batch, outcome)) == shown
    next(b for b in page.button if b.label == "Import the remaining 3 files").click().run()
    assert queries.counts(user, batch) == {"waiting": 3}


def test_an_import_is_stopped_where_all_are_watched(user: int, open_page) -> None:
    batch = files.begin(user, "page", "Some files")
    for n in range(3):
        files.add(user, batch, f"{n}.gpx", run(n))
    page = open_page(user, "imports")
    page.button(key=f"stop-{batch}").click().run()
    assert not page.exception
    assert queries.counts(user, batch) == {"done": 3}


def test_a_key_is_shown_once(user: int, open_page) -> None:
    page = open_page(user, "profile")
    page.text_input[0].set_value("phone")
    make = next(b for b in page.button if "Create a key" in b.label)
    page = make.click().run()
    assert not page.exception
    assert len(page.code[0].value) == 43
    assert not page.run().code


def test_the_log_says_what_was_undone(user: int, open_page) -> None:
    batch = files.begin(user, "page", "Morning")
    for name in ("run.gpx", "notes.txt"):
        for item in files.add(user, batch, name, run(0) if name == "run.gpx" else b"no activity"):
            files.process(item)
    undo.ask(user, batch)
    assert rows(open_page(user, "imports"), "log")[0]["under"] == "Being undone"
    undo.run(user, batch)
    (log,) = rows(open_page(user, "imports"), "log")
    assert (log["name"], log["under"], log["Activities"]) == ("Morning", "Undone", "0")
    shown = rows(open_page(user, "imports", **{"import": str(batch)}), "files_list")
    assert {row["name"]: row["Result"] == "Undone." for row in shown} == {"run.gpx": True, "notes.txt": False}
    assert not any(row["href"] for row in shown)
