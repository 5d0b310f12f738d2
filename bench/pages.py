"""`manage.py bench pages [--set S|L1]`: what every page costs, for a person with 100 (S) or 5,000 (L1) activities.

MileVault is started as users start it. A signed-in user opens every page of the site map over a real websocket: with a
warm process, the page not opened before, and then again. New pages are measured automatically.

Budgets of a page: 250 ms of the app's CPU, including Streamlit's own part (dashboard and lists: 120); 8 SQL statements,
100 ms in the database; 1 MB to the browser. EXCEPTIONS lists the pages that may cost more, and why.
"""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from statistics import median, quantiles
from urllib.parse import urlencode

import pandas as pd
import psutil

from bench import figure, make, running, statements
from bench.browser import drawing
from milevault_core import store
from milevault_core.accounts import sessions, users
from milevault_core.commands import CommandError
from milevault_core.demo import stored_segments

CPU_MS, LIST_CPU_MS, STATEMENTS, SQL_MS, SENT_MB = 250, 120, 8, 100, 1.0
LISTS = (
    "",
    "activities",
    "calendar",
    "routes",
    "segments",
    "records",
    "imports",
    "trash",
)  # the dashboard and the lists
TIMES, AT_ONCE, MANY = 5, 20, 100
# (address, what) -> (its own budget, why).
EXCEPTIONS: dict[tuple[str, str], tuple[float, str]] = {
    ("admin", "statements"): (
        23, "the same look at the server as `manage.py status`, which must work on half a schema too",
    ),
}  # fmt: skip
_LONGEST = "SELECT id FROM activities WHERE user_id = $1 ORDER BY point_count DESC, id LIMIT 30"
# How to open a page that shows one of many things: the column's name is the parameter's. All other pages are opened
# without parameters; so is "metrics", which then shows every number.
OPENED_WITH = {
    "activity": _LONGEST,
    "compare": _LONGEST,
    "route": "SELECT id FROM named_routes WHERE user_id = $1 ORDER BY id LIMIT 30",
    "segment": "SELECT id FROM route_segments WHERE user_id = $1 ORDER BY id LIMIT 30",
    "day": "SELECT to_char(local_day, 'YYYY-MM-DD') AS date FROM activities WHERE user_id = $1 "
    "GROUP BY local_day ORDER BY count(*) DESC, local_day DESC LIMIT 30",
    "gear": "SELECT gear AS name FROM activities WHERE user_id = $1 AND gear <> '' "
    "GROUP BY gear ORDER BY count(*) DESC LIMIT 3",
    "search": "SELECT lower(word) AS q FROM activities, regexp_split_to_table(name, '[^[:alpha:]]+') AS word "
    "WHERE user_id = $1 AND length(word) > 3 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3",
}
TOGETHER = {"compare": 4}  # this many rows in one address


def run(size: str = "S") -> list[dict]:
    if size not in ("S", "L1"):
        raise CommandError(f"There is no set {size!r}: S or L1.")
    with running.running() as here:
        store.open(data=here.data)
        try:
            user_id, tenth = _fill(here, size)
            with statements.logged(here.data) as log:
                opened = asyncio.run(_measure(here, user_id, log))
                cost = [
                    each for address, (new, again) in opened.items() for each in _figures(address, new, again)
                ]
                if tenth:
                    cost += _against(opened, asyncio.run(_measure(here, tenth, log)))
                together = asyncio.run(_at_once(here, user_id))
                growth = asyncio.run(_growth(here, user_id))
            return [
                *cost,
                *together,
                *growth,
                *drawing(here.address, sessions.create(user_id), examples(user_id)),
            ]
        finally:
            store.close()


def _fill(here: running.Running, size: str) -> tuple[int, int | None]:
    """Add an athlete's activities to the running MileVault, and for L1 a tenth of them for another user; both users."""
    account = users.by_username(running.USER)
    assert account is not None
    athlete = make.athlete(size)
    people = {account.id: athlete}
    tenth = None
    if size == "L1":
        tenth = users.create("tenth", running.PASSWORD, time_zone="America/Toronto").id
        days = athlete.days // 10
        first_day = athlete.last_day - timedelta(days=days - 1)
        people[tenth] = replace(
            athlete, first_day=first_day, days=days, activities=athlete.activities // 10, health_days=days
        )
    for one, their_athlete in people.items():
        with store.session() as session:
            stored_segments.add(session, one, their_athlete)
    make.fill(store.database().dsn, people)
    return account.id, tenth


def examples(user_id: int) -> dict[str, list[str]]:
    """Address -> the query strings it is opened with."""
    found = {}
    for _, address in running.site_map():
        query = OPENED_WITH.get(address)
        rows = store.read(query, (user_id,)) if query else pd.DataFrame()
        pairs = [(name, value) for name in rows for value in rows[name]]
        found[address] = [urlencode(some) for some in batched(pairs, TOGETHER.get(address, 1))] or [""]
    return found


async def _measure(here: running.Running, user_id: int, log: statements.Log) -> dict[str, tuple[list, list]]:
    """Address -> what it cost when not opened before, and again."""
    app, token, opened = here.app(), sessions.create(user_id), {}
    async with running.Tab(here.address, token) as tab:
        for address, queries in examples(user_id).items():
            await tab.open(address, queries[-1])  # imports, connections
        for address, queries in examples(user_id).items():
            new = [await _once(here, app, token, address, query, log) for query in (queries * TIMES)[:TIMES]]
            again = [await _once(here, app, token, address, queries[0], log) for _ in range(TIMES)]
            opened[address] = (new, again)
    return opened


def _against(opened: dict[str, tuple[list, list]], tenth: dict[str, tuple[list, list]]) -> list[dict]:
    """How much more a page costs than for a user with a tenth of the activities."""
    figures = []
    for address in opened:
        more, less = (median(one[0] for one in costs[address][0]) for costs in (opened, tenth))
        figures.append(figure(f"/{address}: CPU against a tenth of it", more / less, "x", "at most 1.5"))
    return figures


async def _once(
    here: running.Running, app: psutil.Process, token: str, address: str, query: str, log: statements.Log
) -> tuple[float, int, float, int]:
    """(CPU ms of the app, SQL statements, ms in the database, bytes) of opening a page in a new tab."""
    async with running.Tab(here.address, token) as tab:
        log.forget()
        before = running.cpu_s(app)
        size, is_well = await tab.open(address, query)
        cpu_ms = 1000 * (running.cpu_s(app) - before)
        if not is_well:
            raise CommandError(f"The page /{address}?{query} shows an error.\n{here.said()}")
        count, sql_ms = log.read()
        return cpu_ms, count, sql_ms, size


def _figures(address: str, new: list[tuple], again: list[tuple]) -> list[dict]:
    name = f"/{address}"
    cpu = sorted(one[0] for one in new)
    worst = [max(one[part] for one in new) for part in range(4)]
    limit = LIST_CPU_MS if address in LISTS else CPU_MS
    return [
        figure(f"{name}: CPU, not opened before, median", cpu[len(cpu) // 2], "ms"),
        _judged(address, "cpu", f"{name}: CPU, not opened before, p95", _p95(cpu), "ms", limit),
        figure(f"{name}: CPU, again, median", sorted(one[0] for one in again)[len(again) // 2], "ms"),
        _judged(address, "statements", f"{name}: SQL statements", worst[1], "", STATEMENTS),
        _judged(address, "sql", f"{name}: in the database", worst[2], "ms", SQL_MS),
        _judged(address, "sent", f"{name}: sent to the browser", worst[3] / 2**20, "MB", SENT_MB),
    ]


def _judged(address: str, what: str, name: str, value: float, unit: str, limit: float) -> dict:
    limit, why = EXCEPTIONS.get((address, what), (limit, ""))
    return figure(name, value, unit, f"at most {limit:g}", why)


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


async def _at_once(here: running.Running, user_id: int) -> list[dict]:
    """Twenty people who each open an activity at the same moment."""
    queries = (examples(user_id)["activity"] * AT_ONCE)[:AT_ONCE]
    token = sessions.create(user_id)
    app = here.app()
    reference_s = _reference()
    before = running.cpu_s(app)

    async def one(query: str) -> float:
        async with running.Tab(here.address, token) as tab:
            begun = time.monotonic()
            await tab.open("activity", query)
            return time.monotonic() - begun

    took = await asyncio.gather(*(one(query) for query in queries))
    cpu_s = running.cpu_s(app) - before
    return [
        figure(f"{AT_ONCE} people open an activity at once, p95", _p95(list(took)), "s", "at most 1.0"),
        figure("the app's CPU for them", cpu_s, "s", "", f"a reference loop took {reference_s:.2f} s then"),
    ]


def _reference() -> float:
    """Wall-clock seconds for what takes about 0.1 on a quiet machine of 2024: how busy this machine is."""
    begun = time.monotonic()
    sum(number * number for number in range(1_500_000))
    return time.monotonic() - begun


async def _growth(here: running.Running, user_id: int) -> list[dict]:
    """The app's memory after many more runs of activity pages by one person in one tab."""
    app, token = here.app(), sessions.create(user_id)
    queries = examples(user_id)["activity"]
    async with running.Tab(here.address, token) as tab:
        for query in (queries * MANY)[:MANY]:
            await tab.open("activity", query)
        before = app.memory_info().rss
        for query in (queries * MANY)[:MANY]:
            await tab.open("activity", query)
    return [
        figure("the app, resident", app.memory_info().rss / 2**20, "MB"),
        figure(
            f"growth after {MANY} more runs of the activity page",
            (app.memory_info().rss - before) / 2**20,
            "MB",
            "at most 20",
        ),
    ]
