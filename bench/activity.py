"""`manage.py bench activity`: the activity page as a user gets it: a real app process and a real websocket, including
Streamlit's own part. The process is warm and the activity not opened before; then the same again, from the cache."""

import asyncio
import shutil
import time
from datetime import UTC, datetime
from statistics import median

import numpy as np
import psutil

from bench import app_server, figure, running, scratch
from bench.hour import hour_fit, samples
from milevault_core import store, track
from milevault_core.accounts import sessions
from milevault_core.derive import clean
from milevault_core.formats import Channel, Recording
from milevault_core.imports import files
from milevault_core.store import engine
from milevault_core.store.activities import save
from milevault_core.store.queries import activity_list
from milevault_core.view.activities import filters
from milevault_core.web.cookies import SESSION

RIDES, LISTED = 8, 5_000
PATIENCE_S = 90


def run() -> list[dict]:
    with scratch.database() as user_id:
        rides = _rides(user_id)
        long, ultra = _long(user_id, 12 * 3600, 1, 30, 1), _long(user_id, 430_000, 1, 2, 2)
        clean.clean(user_id)
        token = sessions.create(user_id)
        with app_server.serving(engine.database().dsn, MAP_TILE_URL="") as (address, process):
            app = psutil.Process(process.pid)
            measured = asyncio.run(_measure(address, app, token, rides, [long, ultra]))
            drawn = _drawn_s(address, token, rides[-2:])
        listed = _list_ms(user_id)
    first, again, big = measured["first"], measured["again"], measured["big"]
    return [
        figure(
            "ride of 18,000 points, server CPU, median",
            1000 * median(c for c, _ in first),
            "ms",
            "at most 120",
        ),
        figure("the same, worst", 1000 * max(cpu for cpu, _ in first), "ms"),
        figure("the same, opened before, median", 1000 * median(c for c, _ in again), "ms", "at most 120"),
        figure("sent to the browser", first[0][1] / 2**20, "MB", "at most 1"),
        *([figure("drawn in Chromium", drawn, "s", "at most 1.1")] if drawn else []),
        figure("12 h with 30 channels, server CPU", 1000 * big[0][0], "ms", "at most 1500"),
        figure("sent to the browser", big[0][1] / 2**20, "MB", "at most 2"),
        figure("five days, 430,000 points, server CPU", 1000 * big[1][0], "ms", "at most 1500"),
        figure("sent to the browser", big[1][1] / 2**20, "MB", "at most 2"),
        figure("list of 5,000 activities filtered, all CPU", listed, "ms", "at most 120"),
    ]


def _rides(user_id: int) -> list[int]:
    batch = files.begin(user_id, "command")
    made = []
    for day in range(RIDES):
        for item in files.add(user_id, batch, f"{day}.fit", hour_fit(day, 18_000)):
            made += files.process(item)
    return made


def _long(user_id: int, points: int, step_s: int, channels: int, seed: int) -> int:
    wide = samples(points, 40 + seed)
    start = datetime(2025, 5, seed, 6, tzinfo=UTC)
    time_ = (
        np.datetime64(start.replace(tzinfo=None), "us") + np.arange(points).astype("timedelta64[s]") * step_s
    )
    made = track.from_columns({**wide, "time": time_, "temperature": np.full(points, 18.0)})
    t = np.arange(points, dtype="f4")
    extra = [Channel(f"channel_{n}", "%", np.sin(t / (50 + n)).astype("f4")) for n in range(channels)]
    recording = Recording("cycling", start, made, channels=extra, format="fit")
    with store.session() as session:
        return save.save_activity(session, user_id, recording)


async def _measure(
    address: str, process: psutil.Process, token: str, rides: list[int], big: list[int]
) -> dict:
    out: dict[str, list] = {}
    for name, ids in (("warm", rides[:1] * 2), ("first", rides[1:-2]), ("again", rides[1:-2]), ("big", big)):
        out[name] = [await _open(address, process, token, one) for one in ids]
    return out


async def _open(address: str, process: psutil.Process, token: str, activity_id: int) -> tuple[float, int]:
    """CPU seconds of the app and the bytes it sent for opening an activity's page once."""
    async with running.Tab(address, token) as tab:
        before = running.cpu_s(process)
        size, is_well = await tab.open("activity", f"id={activity_id}", PATIENCE_S)
        assert is_well, f"activity {activity_id} shows an error"
        return running.cpu_s(process) - before, size


def _drawn_s(address: str, token: str, ids: list[int]) -> float | None:
    """Seconds from one activity to the next until its map and chart are drawn; None without Chromium."""

    path = shutil.which("chromium")
    if not path:
        return None
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--enable-unsafe-swiftshader",
        "--use-angle=swiftshader",
        "--ignore-gpu-blocklist",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        context.add_cookies([{"name": SESSION, "value": token, "url": address}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}/activity?id={ids[0]}")
        page.wait_for_selector("svg.marks .power_line_marks path, svg.marks .power_line path, svg.marks path")
        page.wait_for_selector("[data-testid=stDeckGlJsonChart] canvas")
        page.wait_for_timeout(3_000)
        page.evaluate("() => document.querySelectorAll('svg.marks').forEach(s => s.setAttribute('old', ''))")
        began = time.monotonic()
        page.evaluate(
            "a => { history.pushState({}, '', a); dispatchEvent(new PopStateEvent('popstate', {state: {}})); }",
            f"/activity?id={ids[1]}",
        )
        page.wait_for_selector("svg.marks:not([old]) path")
        page.wait_for_function("() => document.querySelectorAll('[data-stale=true]').length === 0")
        took = time.monotonic() - began
        browser.close()
        return took


_LISTED = """
INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s, moving_s, distance_m, fingerprint)
SELECT %s, CASE WHEN n %% 3 = 0 THEN 'running' ELSE 'cycling' END, '2011-01-01'::timestamptz + n * interval '1 day',
       '2011-01-01'::date + n, 5000, 5000, 15000, 'bench' || n FROM generate_series(1, %s) n
"""


def _list_ms(user_id: int) -> float:
    with store.session() as session:
        engine.raw(session).execute(_LISTED, (user_id, LISTED))
    wanted = filters.Filters(text="ride", sports=("cycling",), from_m=10_000)
    took = []
    for _ in range(5):
        cpu = scratch.Cpu()
        found = filters.found(filters.prepared(activity_list.figures(user_id)), wanted)
        assert len(found) > 1_000
        took.append(1000 * sum(cpu.read()))
    return min(took)
