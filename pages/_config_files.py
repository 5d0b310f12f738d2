"""Streamlit's configuration files, which Streamlit polls ten times a second for as long as it runs."""

from streamlit.watcher.polling_path_watcher import PollingPathWatcher


def leave_unwatched() -> None:
    """Stop polling them: it takes a third of the app's CPU time when idle. Changes there take effect at the next start,
    like those of all other settings."""
    PollingPathWatcher._schedule = lambda self: None  # type: ignore[method-assign]
