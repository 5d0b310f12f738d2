"""Finish what a click started, even if the tab is closed or reloaded right away.

Streamlit stops the script of a tab that goes away, and the script may not have reached the clicked button yet. When the
user moves to another page within the tab, pages/parts/frame.js waits for the script instead.
"""

import functools
from typing import Any

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from pages._turns import is_click


def finish_what_was_clicked() -> None:
    """Patch Streamlit's script runner in this process; a second call changes nothing."""
    run, stop = ScriptRunner._run_script, AppSession.request_script_stop
    if hasattr(stop, "__wrapped__"):
        return

    @functools.wraps(run)
    def noted(self: Any, rerun_data: Any) -> None:
        self.runs_click = is_click(rerun_data)
        try:
            run(self, rerun_data)
        finally:
            self.runs_click = False

    @functools.wraps(stop)
    def stop_unless_clicked(self: Any) -> None:
        if not getattr(self._scriptrunner, "runs_click", False):
            stop(self)

    ScriptRunner._run_script = noted  # type: ignore[method-assign]
    AppSession.request_script_stop = stop_unless_clicked  # type: ignore[method-assign]
