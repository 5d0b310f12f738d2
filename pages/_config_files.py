"""Streamlit's configuration files, which Streamlit looks at ten times a second for as long as it runs."""

from streamlit.watcher.polling_path_watcher import PollingPathWatcher


def leave_unwatched() -> None:
    """Have nobody look whether they change: it costs a third of what the app uses when idle, and a setting changed
    there comes with the next start, as every other."""
    PollingPathWatcher._schedule = lambda self: None  # type: ignore[method-assign]
