"""The Garmin page: connecting, the code, the sentence for each state, the buttons."""

import inspect
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from milevault_core import config, store
from milevault_core.accounts import vault
from milevault_core.garmin import asking, sign_in
from milevault_core.store import engine
from milevault_core.store.garmin import connection, sign_ins
from milevault_core.store.garmin.sign_ins import SignIn
from milevault_core.view import garmin as view
from tests.garmin.standin import CANARY, EMAIL, PASSWORD
from tests.pages.shown import all_html


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILEVAULT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()


def texts(app) -> str:
    assert not app.exception, app.exception
    kinds = (app.markdown, app.caption, app.info, app.success, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def put(user_id: int, **values: object) -> None:
    with store.session() as session:
        connection.make(session, user_id)
        usual = {"token": b"sealed", "state": "ok", "connected_on": date(2026, 1, 1), "full_name": "Ann"}
        connection.change(session, user_id, usual | values)


def step(user_id: int) -> SignIn | None:
    with store.session() as session:
        return sign_ins.read(session, user_id)


def put_step(user_id: int, name: str, reason: str = "", minutes: int = 10) -> None:
    put(user_id, token=None, state="disconnected")
    sealed = vault.seal(user_id, sign_in.PURPOSE, json.dumps({"state": {"flow": "ios"}}))
    with store.session() as session:
        until = datetime.now(UTC) + timedelta(minutes=minutes)
        sign_ins.put(session, user_id, SignIn(name, reason, sealed, False, 0, until))


def jobs() -> list[tuple[str, dict]]:
    rows = store.read("SELECT task_name, args::text AS args FROM procrastinate_jobs ORDER BY id")
    return [(row.task_name, json.loads(row.args)) for row in rows.itertuples()]


def test_connecting_seals_the_password_and_asks_a_worker(user: int, open_page) -> None:
    app = open_page(user, "garmin")
    assert "never stored" in texts(app)
    app.text_input[0].set_value("not an address")
    app.button[0].click().run()
    assert "Enter the e-mail address" in texts(app)
    app.text_input[0].set_value(EMAIL)
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert "Waiting for the jobs process" in texts(app)
    asked = step(user)
    assert asked is not None
    assert asked.step == "asked"
    assert json.loads(vault.unseal(user, sign_in.PURPOSE, asked.sealed or b"")) == {
        "email": EMAIL,
        "password": PASSWORD,
    }
    assert jobs() == [("garmin_connect_sign_in", {"user_id": user})]
    assert CANARY not in texts(app)
    assert not app.text_input  # no form while signing in


def test_a_token_that_is_none_is_refused_with_a_sentence(user: int, open_page) -> None:
    app = open_page(user, "garmin")
    app.text_input[2].set_value('{"oauth_token": "x"}')
    app.button[1].click().run()
    assert "garmin_tokens.json" in texts(app)
    assert step(user) is None


def test_without_a_key_the_page_says_what_to_set(
    user: int, open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:a-long-password@db/vault")
    config.settings.cache_clear()
    app = open_page(user, "garmin")
    assert "SECRET_KEY" in texts(app)
    assert "manage.py setup" in texts(app)
    assert not app.text_input


def test_the_code_is_asked_for_and_handed_on(user: int, open_page) -> None:
    put_step(user, "code_wanted")
    app = open_page(user, "garmin")
    app.text_input[0].set_value("12 34 56")
    app.button[0].click().run()
    assert "Checking the code" in texts(app)
    given = step(user)
    assert given is not None
    told = json.loads(vault.unseal(user, sign_in.PURPOSE, given.sealed or b""))
    assert (given.step, told["code"]) == ("code_given", "123456")


def test_a_code_that_comes_too_late(user: int, open_page) -> None:
    put_step(user, "code_wanted", minutes=-1)
    app = open_page(user, "garmin")
    assert "No code came within ten minutes" in texts(app)
    assert any(field.label.startswith("Password") for field in app.text_input)


@pytest.mark.parametrize("reason", sorted(view.STEPS))
def test_why_a_sign_in_failed(user: int, open_page, reason: str) -> None:
    if reason != "wrong_password":
        assert view.STEPS[reason]
        return
    put_step(user, "failed", reason)
    assert "does not accept" in texts(open_page(user, "garmin"))


SOON = datetime.now(UTC) + timedelta(hours=2)
LATELY = datetime.now(UTC) - timedelta(hours=3)
STATES = [
    ({"last_sync_at": LATELY, "next_run_at": SOON}, "In sync."),
    ({"last_sync_at": LATELY, "next_run_at": SOON, "reason": "left_out get_sleep_daily get_weigh_ins"},
     "In sync, except for nights and weight: Garmin has an error there."),
    ({"state": "needs_sign_in", "reason": "token_refused"}, "Needs a sign-in. Garmin has ended the session"),
    ({"state": "cooling_down", "reason": "api_limit", "cooling_until": SOON}, "Cooling down. Garmin says that it was"),
    ({"state": "failing", "reason": "blocked", "failing_since": LATELY, "next_run_at": SOON}, "Failing since"),
    ({"is_paused": True}, "Paused."),
    ({"next_run_at": LATELY}, "Fetching what is missing."),
    ({"token": None, "state": "disconnected"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("values", "sentence"), STATES)
def test_every_state_has_its_sentence_and_the_next_try(
    user: int, open_page, values: dict, sentence: str
) -> None:
    put(user, **values)
    app = open_page(user, "garmin")
    assert sentence in texts(app)
    if "next_run_at" in values or "cooling_until" in values:
        assert "Next" in texts(app)
    is_connected = values.get("token", b"") is not None
    assert ("sync_now" in [button.key for button in app.button]) == is_connected


def test_every_reason_to_stop_has_a_sentence() -> None:
    import re

    from milevault_core.garmin import activities, sync, tokens

    code = "".join(inspect.getsource(m) for m in (asking, activities, sync, tokens, sign_in))
    told = set(re.findall(r'(?:Failing|TooMany|NeedsSignIn)\(\s*"(\w+)"', code)) - {"token_unreachable"}
    told |= {"token_unreachable", "token_trouble"}
    assert told <= set(view.REASONS)
    refused = set(re.findall(r'Refused\(\s*"(\w+)"', code)) | {
        "wrong_password",
        "sign_in_trouble",
        "wrong_code",
    }
    assert refused <= set(view.STEPS)


def test_every_kind_that_may_be_left_out_has_a_name() -> None:
    from milevault_core.garmin import wellness

    details = {"get_daily_summaries", "get_sleep_data", "download_health_snapshot"}
    assert set(view.KINDS) == {call for call, _, _ in wellness._RANGES} | details
    assert all(f'"{call}"' in inspect.getsource(wellness) for call in view.KINDS)


def test_the_buttons(user: int, open_page) -> None:
    put(user, last_sync_at=LATELY, next_run_at=SOON)
    app = open_page(user, "garmin")
    app.button(key="sync_now").click().run()
    assert jobs() == [("garmin_connect_sync", {"user_id": user})]
    app.button(key="pause").click().run()
    assert "Paused." in texts(app)
    assert app.button(key="sync_now").disabled
    app.button(key="resume").click().run()
    assert "In sync." in texts(app)
    app.button(key="disconnect").click().run()
    with store.session() as session:
        account = connection.read(session, user)
    assert account is not None
    assert (account.token, account.state, account.full_name) == (None, "disconnected", "Ann")


def test_progress_of_the_first_fetch(user: int, open_page) -> None:
    put(user, next_run_at=LATELY, pass_began_at=LATELY)
    with store.session() as session:
        raw = store.raw(session)
        raw.execute(
            "INSERT INTO garmin_activities (user_id, garmin_id, start_time, fetched_at) "
            "SELECT %s, n, now() - n * interval '1 day', CASE WHEN n <= 30 THEN now() END "
            "FROM generate_series(1, 120) n",
            (user,),
        )
        raw.execute(
            "INSERT INTO garmin_days (user_id, day, fetched_at) SELECT %s, current_date - n, now() "
            "FROM generate_series(0, 60) n",
            (user,),
        )
    app = open_page(user, "garmin")
    shown = str(app.get("progress")[0].proto)
    assert "30 activities of 120" in shown


def test_gone_at_garmin_is_listed(user: int, open_page) -> None:
    put(user, last_sync_at=LATELY, next_run_at=SOON)
    with store.session() as session:
        store.raw(session).execute(
            "INSERT INTO garmin_activities (user_id, garmin_id, start_time, fetched_at, deleted_at, entry) "
            'VALUES (%s, 5, now(), now(), now(), \'{"activityName": "A lost run"}\')',
            (user,),
        )
    assert "A lost run" in all_html(open_page(user, "garmin"))


def test_the_page_costs_few_statements(user: int, open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    put(user, last_sync_at=LATELY, next_run_at=SOON)
    app = open_page(user, "garmin")
    asked: list[str] = []
    read = engine.read_arrow
    monkeypatch.setattr(engine, "read_arrow", lambda sql, p=(): (asked.append(sql), read(sql, p))[1])
    own = store.database().engine
    listen = lambda *a: asked.append(a[2])  # noqa: E731
    event.listen(own, "before_cursor_execute", listen)
    app.run()
    event.remove(own, "before_cursor_execute", listen)
    assert 1 <= len(asked) <= 8, asked


def test_the_dashboard_says_it_in_one_line(user: int, open_page) -> None:
    put(user, state="needs_sign_in", reason="token_refused")
    rows = store.read("SELECT 1")
    assert len(rows)
    from milevault_core.store.queries import garmin as queries

    (notice,) = view.notices(queries.state(user), "Europe/Berlin")
    assert notice.text == "Garmin Connect: needs a sign-in."
    assert notice.href == "/garmin"
