"""An archive whose import was stopped is kept for a while, so that the rest can still be imported."""

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.imports import archives, files, undo
from milevault_core.store.imports import archive_items, uploads
from milevault_core.store.queries import import_log
from tests.builders.archive import zipped
from tests.imports.test_archives import planned, run, value
from tests.pages.shown import shown_html

FILES = 4


@pytest.fixture
def stopped(user: int) -> int:
    """A stopped import with one file imported; its worker has run once since."""
    upload_id, _ = planned(user, zipped({f"{n}.gpx": run(n) for n in range(FILES)}))
    batch = archives.start(user, upload_id)
    archives.take_in(upload_id)
    files.process(value("SELECT min(id) FROM import_items"))
    assert files.stop(user, batch) == FILES - 1
    archives.work(batch, 1)
    return batch


def forget_old(days: int = 0) -> int:
    """Run the hourly cleanup of uploads `days` days after the stop; its result."""
    with store.session() as session:
        session.execute(
            text("UPDATE import_items SET finished_at = finished_at - :d * interval '1 day'"), {"d": days}
        )
        session.execute(
            text("UPDATE uploads SET changed_at = changed_at - :d * interval '1 day'"), {"d": days}
        )
        return uploads.forget_old(session)


def test_the_rest_of_a_stopped_archive_can_be_imported(user: int, stopped: int) -> None:
    assert forget_old(days=6) == 0
    assert files.retry(user, stopped) == FILES - 1
    archives.work(stopped, 2)
    assert value("SELECT count(*) FROM activities") == FILES
    assert value("SELECT count(*) FROM uploads") == 0, "it is finished now"


def test_after_seven_days_it_goes_and_nothing_is_promised(user: int, stopped: int, open_page) -> None:
    page = open_page(user, "imports", **{"import": str(stopped)})
    assert f"Import the remaining {FILES - 1} files" in [one.label for one in page.button]
    assert forget_old(days=8) == 1
    archive_items.forget_files()
    assert files.retry(user, stopped) == 0
    for outcome in ({}, {"outcome": "not_read"}):
        page = open_page(user, "imports", **{"import": str(stopped), **outcome})
        assert not page.exception
        assert [one.label for one in page.button if "remaining" in one.label or "again" in one.label] == []
        assert [one.value for one in page.info] == [
            "3 files were not read, and the archive is no longer here: after Stop it is kept for seven days. "
            "To have them, import the archive again."
        ]
        assert "stopped before this file" in shown_html(page)["files_list"]


def test_a_file_that_cannot_be_tried_again_offers_nothing(user: int, open_page) -> None:
    """A file that killed its workers and whose archive is gone has failed, and there is no button to retry it."""
    batch = files.begin(user, "page")
    files.add_failed(user, batch, "gone.fit", "This file stopped the import 3 times and was set aside.")
    assert (found := import_log.summary(user, batch)) is not None
    assert (found["outcomes"], found["again"]) == ({"failed": 1}, {"failed": 0})
    page = open_page(user, "imports", **{"import": str(batch)})
    assert [one.label for one in page.button if "again" in one.label] == []
    assert not page.info


def test_an_undone_import_keeps_no_archive(user: int, stopped: int) -> None:
    undo.ask(user, stopped)
    undo.run(user, stopped)
    assert value("SELECT count(*) FROM uploads") == 0
