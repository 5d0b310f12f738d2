"""The settings page: how safe the data is, and the buttons that make it safer. For administrators only."""

from pathlib import Path

import pytest

from milevault_core import config, store
from milevault_core.accounts.account import Account
from milevault_core.backup import nightly
from pages import _page


@pytest.fixture
def folder(user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "backups"))
    config.settings.cache_clear()
    return tmp_path / "backups"


def texts(app) -> str:
    assert not app.exception, app.exception
    shown = "\n".join(str(element.value) for element in (*app.markdown, *app.caption, *app.warning))
    return shown.replace("\\", "")  # names and paths are escaped


def test_back_up_and_prove(user: int, folder: Path, open_page) -> None:
    app = open_page(user, "settings")
    assert texts(app).count("**None yet**") == 2
    assert app.button(key="prove").disabled
    app = app.button(key="backup").click().run()
    assert "Running." in texts(app)
    assert app.button(key="backup").disabled
    nightly.do_what_is_due(store.database().dsn)  # as the jobs process does within seconds
    app.run()
    (file,) = folder.iterdir()
    assert file.name in texts(app)
    assert "were restored" in texts(app)  # no restore had been tested yet, so a test was due
    app = app.button(key="prove").click().run()
    assert "Running." in texts(app)


def test_a_failure_is_shown_with_its_sentence(user: int, folder: Path, open_page) -> None:
    folder.write_text("a file stands in the way")
    app = open_page(user, "settings").button(key="backup").click().run()
    nightly.do_what_is_due(store.database().dsn)
    app.run()
    assert "The last backup failed: The backup could not be written" in texts(app)


def test_nobody_else_sees_it(user: int, folder: Path, open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(user, "settings")
    monkeypatch.setattr(_page, "current_user", lambda: Account(user, "ann", False, "UTC", "metric"))
    app.run()
    assert "backup" not in [button.key for button in app.button]
    assert "None yet" not in texts(app)


def test_backups_that_are_off_are_not_promised(
    user: int, folder: Path, open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"Made every night at 03:00, verified every week, in {folder}." in texts(
        open_page(user, "settings")
    )
    monkeypatch.setenv("BACKUP_AT", "never")
    config.settings.cache_clear()
    shown = texts(open_page(user, "settings"))
    assert "Nightly backups are turned off" in shown
    assert "every night" not in shown
