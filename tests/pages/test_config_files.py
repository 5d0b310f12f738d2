"""Streamlit's own configuration files are read only once."""

import os
from pathlib import Path

import pytest
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from pages import _config_files


def test_the_files_of_settings_are_not_looked_at_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when Streamlit starts to watch them in another way."""
    asked: list[object] = []
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)
    monkeypatch.setattr(PollingPathWatcher._executor, "submit", asked.append)
    file = tmp_path / "config.toml"
    file.write_text("a = 1")
    PollingPathWatcher(os.fspath(file), lambda _: None)
    assert len(asked) == 1, "as it is without us"
    _config_files.leave_unwatched()
    PollingPathWatcher(os.fspath(file), lambda _: None)
    asked[0]()  # the check that was already scheduled does not schedule another
    assert len(asked) == 1
