"""Two pages run at a time, none waits forever, and clicks are handled at once."""

import inspect
import threading
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from pages import _turns as turns
from tests.waiting import wait_for


def asked(page: str) -> RerunData:
    """The data that Streamlit runs a page with; for a page called "click …", with a button clicked."""
    states = WidgetStates()
    states.widgets.add(id="a field").string_value = "typed"
    states.widgets.add(id="a button").trigger_value = page.startswith("click")
    return RerunData(page_name=page, widget_states=states)


class Pages:
    """A stand-in for Streamlit's runner: each page runs until it may end."""

    def __init__(self) -> None:
        self.called: list[str] = []  # widget callbacks
        self.begun: list[str] = []
        self.at_once = self.most = 0
        self.may_end: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def run(self, page: str) -> None:
        self.called.append(page)
        for _ in range(2):  # again after st.rerun()
            ScriptRunContext.on_script_start(self)  # type: ignore[arg-type]
        with self._lock:
            self.begun.append(page)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        if page == "asks":
            with turns.given_away():
                self.may_end[page].wait(20)
        elif page.startswith("computes"):
            while not self.may_end[page].is_set():
                pass
        else:
            self.may_end[page].wait(20)
        with self._lock:
            self.at_once -= 1
        if page == "broken":
            raise ValueError(page)

    def open(self, page: str) -> threading.Thread:
        self.may_end[page] = threading.Event()

        def run() -> None:
            try:
                ScriptRunner._run_script(self, asked(page))  # type: ignore[arg-type]
            except ValueError:
                assert page == "broken"

        thread = threading.Thread(target=run)
        thread.start()
        return thread


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    made = Pages()

    def run(self: Any, rerun_data: Any) -> None:
        self.run(rerun_data.page_name)

    monkeypatch.setattr(ScriptRunner, "_run_script", run)
    monkeypatch.setattr(ScriptRunContext, "on_script_start", ScriptRunContext.on_script_start)
    turns.take_turns()
    turns.take_turns()
    return made


def test_two_at_a_time_whatever_becomes_of_them(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_S", 60.0)
    monkeypatch.setattr(turns, "LOOK_S", 60.0)
    names = ["broken", "b", "c", "d", "e"]
    threads = []
    for count, name in enumerate(names, 1):
        threads.append(pages.open(name))
        wait_for(lambda n=count: len(pages.begun) >= min(n, 2), "a page that has begun")  # type: ignore[misc]
    wait_for(lambda: sorted(pages.called) == sorted(names), "what was clicked, on every page")
    assert len(pages.begun) == 2
    for count, name in enumerate(names[:3], 3):
        begun = list(pages.begun)
        pages.may_end[begun[names.index(name)]].set()
        wait_for(lambda n=count: len(pages.begun) >= n, "the next page")  # type: ignore[misc]
    for each in pages.may_end.values():
        each.set()
    for thread in threads:
        thread.join(20)
    assert sorted(pages.begun) == sorted(names)
    assert pages.most == 2


def test_a_click_waits_for_nobody(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_S", 60.0)
    monkeypatch.setattr(turns, "LOOK_S", 60.0)
    threads = [pages.open(name) for name in ("a", "b", "c")]
    wait_for(
        lambda: len(pages.begun) == 2 and len(pages.called) == 3, "two that are worked out and one that waits"
    )
    threads += [pages.open("click 1"), pages.open("click 2")]
    wait_for(lambda: len(pages.begun) == 4, "both clicks")
    assert sum(name.startswith("click") for name in pages.begun) == 2
    for each in pages.may_end.values():
        each.set()
    for thread in threads:
        thread.join(20)
    assert len(pages.begun) == 5


def test_they_come_in_their_order_and_however_long_they_wait_no_third_comes(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LOOK_S", 0.001)  # waiting pages check a thousand times a second
    now = 0.0
    monkeypatch.setattr(turns, "monotonic", lambda: now)
    names = list("abcdefgh")
    threads = []
    for count, name in enumerate(names, 1):
        threads.append(pages.open(name))
        waits = max(0, count - turns.AT_ONCE)
        wait_for(lambda n=waits: len(turns._turns._waiting) == n, "those who wait")  # type: ignore[misc]
    for count, name in enumerate(names, 1):
        wait_for(lambda n=count: len(pages.begun) >= min(n + 1, len(names)), "the next page")  # type: ignore[misc]
        pages.may_end[name].set()
        threads[count - 1].join(20)
    assert pages.begun[1:] == names[1:] or pages.begun == ["b", "a", *names[2:]]
    assert pages.most == turns.AT_ONCE


def test_pages_that_hang_hold_nobody_up_for_ever(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, none of them blocks the others for longer than one check."""
    monkeypatch.setattr(turns, "LONGEST_S", 60.0)
    monkeypatch.setattr(turns, "LOOK_S", 0.02)
    threads = [pages.open(name) for name in "abcdefgh"]
    wait_for(lambda: len(pages.begun) == 8, "the last page")
    for each in pages.may_end.values():
        each.set()
    for thread in threads:
        thread.join(20)
    assert pages.at_once == 0


@pytest.mark.parametrize("longest_s", [60.0, 0.5])
def test_a_page_that_computes_keeps_its_turn_but_not_for_ever(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, longest_s: float
) -> None:
    monkeypatch.setattr(turns, "LONGEST_S", longest_s)
    looks, is_over = [], turns.Turn.is_over
    monkeypatch.setattr(turns.Turn, "is_over", lambda turn: looks.append(turn) or is_over(turn))
    threads = [pages.open(name) for name in ("computes 1", "computes 2", "c")]
    if longest_s == 60:
        wait_for(lambda: len(looks) >= 8, "four looks at each")
        assert sorted(pages.begun) == ["computes 1", "computes 2"]
    else:
        wait_for(lambda: len(pages.begun) == 3, "the third page")
    for each in pages.may_end.values():
        each.set()
    for thread in threads:
        thread.join(20)
    assert pages.at_once == 0


def test_a_page_that_waits_for_a_worker_has_given_its_turn_away(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST_S", 60.0)
    monkeypatch.setattr(turns, "LOOK_S", 60.0)
    threads = [pages.open("asks")]
    wait_for(lambda: pages.begun, "the page that asks")
    threads += [pages.open(name) for name in ("b", "c")]
    wait_for(lambda: len(pages.begun) == 3, "all three")
    pages.may_end["asks"].set()
    threads[0].join(0.1)
    assert threads[0].is_alive(), "it waits for a turn again"
    for each in pages.may_end.values():
        each.set()
    for thread in threads:
        thread.join(20)
    assert pages.at_once == 0
    with turns.given_away():
        pass  # a thread without a turn, as in a test of one page
    assert not turns._turns._having
    assert not turns._turns._waiting


def test_streamlit_still_has_what_is_changed() -> None:
    run = inspect.getsource(inspect.unwrap(ScriptRunner._run_script))
    assert (
        run.index("on_script_will_rerun(")
        < run.index("ctx.on_script_start()")
        < run.index("exec(code, module")
    )
    assert "self._run_script(" not in run, "a page would wait for itself"
