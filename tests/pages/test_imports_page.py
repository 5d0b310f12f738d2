"""The import page: the plan with its two buttons, the log, one import file by file, another try, undo."""

from sqlalchemy import text

from milevault_core import imports, store, trash
from milevault_core.store.queries import imports as queries
from tests.builders.archive import zipped
from tests.test_archives import planned, run, value


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
    batch = imports.begin(user, "page", "Some files")
    for name, data in (("good.gpx", run(0)), ("bad.gpx", b"nothing")):
        for item in imports.add(user, batch, name, data):
            imports.process(item)
    page = open_page(user, "imports", **{"import": str(batch)})
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["file"]) == ["bad.gpx", "good.gpx"]
    assert table["result"].iloc[1] == "Imported."
    next(b for b in page.button if b.label == "Try the failed one again").click().run()
    assert queries.counts(user, batch)["waiting"] == 1
    stranger = open_page(other_user, "imports", **{"import": str(batch)})
    assert not stranger.dataframe
    assert any("no such import" in i.value for i in stranger.info)


def test_a_deleted_activity_is_restored_from_the_log(user: int, open_page) -> None:
    first = imports.begin(user, "page", "Once")
    for item in imports.add(user, first, "run.gpx", run(0)):
        imports.process(item)
    activity = value("SELECT id FROM activities")
    trash.delete(user, activity)
    again = imports.begin(user, "page", "Twice")
    for item in imports.add(user, again, "run.gpx", run(0)):
        imports.process(item)
    page = open_page(user, "imports", **{"import": str(again)})
    assert "Deleted on " in page.dataframe[0].value["result"].iloc[0]
    page.button(key="restore").click().run()
    assert not page.exception
    assert value("SELECT id FROM activities") == activity
    assert "restore" not in [b.key for b in page.button]


def test_a_long_import_stays_quick(user: int, open_page) -> None:
    batch = imports.begin(user, "page", "Many")
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
    assert len(page.dataframe[0].value) == 200
    assert set(page.dataframe[0].value["mark"]) == {"✕"}
    page.session_state["page"] = 100
    assert len(page.run().dataframe[0].value) == 200


def test_a_key_is_shown_once(user: int, open_page) -> None:
    page = open_page(user, "profile")
    page.text_input[0].set_value("phone")
    make = next(b for b in page.button if "Make a key" in b.label)
    page = make.click().run()
    assert not page.exception
    assert len(page.code[0].value) == 43
    assert not page.run().code
