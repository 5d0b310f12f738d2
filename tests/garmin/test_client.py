"""What we rely on in garminconnect. Fails when an upgrade removes any of it: then review client.py."""

import inspect
from importlib import metadata
from pathlib import Path

import garminconnect
import garminconnect.client.sso as sso
import pytest
import requests
import urllib3

from milevault_core.garmin import check, client, wellness

ROOT = Path(__file__).resolve().parents[2]
# private names of its client that we set or wrap, with the parameters that we pass
HOOKS = {
    "_di_token_post": ["client_id", "accept", "data"],
    "_refresh_di_token": [],
    "_exchange_service_ticket": ["ticket", "service_url"],
    "_do_mobile_login": ["sess", "email", "password"],
    "_do_portal_web_login": ["sess", "email", "password"],
    "_widget_web_login": ["email", "password"],
    "_complete_mfa": ["mfa_code"],
}
ADDRESSES = ("_connectapi", "_connect", "_sso", "_di_token_url", "_ios_service_url", "_mobile_sso_service_url",
             "_portal_service_url")  # fmt: skip


@pytest.fixture
def garmin() -> garminconnect.Garmin:
    return garminconnect.Garmin(retry_attempts=0)


def test_the_version_is_the_one_that_was_read() -> None:
    pinned = next(
        line for line in (ROOT / "requirements-jobs.txt").read_text().splitlines() if "garminconnect" in line
    )
    assert pinned == f"garminconnect=={metadata.version('garminconnect')}"


@pytest.mark.parametrize("name", HOOKS)
def test_what_is_wrapped_is_there(garmin: garminconnect.Garmin, name: str) -> None:
    assert list(inspect.signature(getattr(garmin.client, name)).parameters) == HOOKS[name]


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses_can_be_set(garmin: garminconnect.Garmin, name: str) -> None:
    assert isinstance(vars(garmin.client)[name], str)


def test_what_the_package_calls_by_the_names_that_are_wrapped() -> None:
    """A hook that is no longer called would let everything through."""
    code = inspect.getsource(sso) + inspect.getsource(inspect.getmodule(garminconnect.client.SessionMixin))
    for name in HOOKS:
        assert f"self.{name}" in code, name
    assert "except Exception" in code  # which is why our own exceptions are BaseExceptions
    assert "_api_session" in inspect.getsource(inspect.getmodule(garminconnect.client.ApiTransportMixin))


def test_bodies_are_read_as_they_come(garmin: garminconnect.Garmin) -> None:
    """By the layer below requests: this is the only way to limit the time of a whole answer."""
    assert isinstance(garmin.client._api_session, requests.Session)
    assert list(inspect.signature(urllib3.HTTPResponse.read1).parameters)[1:] == ["amt", "decode_content"]
    assert {"_content", "_content_consumed"} <= set(vars(requests.Response()))


def test_a_token_goes_in_and_out_as_text(garmin: garminconnect.Garmin) -> None:
    token = '{"di_token": "a.b.c", "di_refresh_token": "r", "di_client_id": "c"}'
    garmin.client.loads(token)
    assert garmin.client.dumps() == token
    assert client.loads(token)["di_refresh_token"] == "r"
    assert garmin.client._tokenstore_path is None  # it writes no file


def test_every_call_that_is_made_is_there(garmin: garminconnect.Garmin) -> None:
    calls = {call for call, _, _ in wellness._RANGES} | {
        "connectapi", "get_sync_timestamp", "get_device_last_used", "get_activities", "download_activity",
        "get_daily_summaries", "get_sleep_data", "download_health_snapshot",
    }  # fmt: skip
    for call in calls:
        assert callable(getattr(garmin, call, None)), call
    asked = inspect.getsource(check)
    assert all(call in asked for call in calls), "garmin check makes every kind of call"
    assert list(inspect.signature(garmin.get_activities).parameters)[:2] == ["start", "limit"]
    assert list(inspect.signature(garmin.client.resume_login).parameters) == ["client_state", "mfa_code"]
    assert {"email", "password", "return_on_mfa"} <= set(inspect.signature(garmin.client.login).parameters)
    assert garminconnect.Garmin.ActivityDownloadFormat.ORIGINAL is client.ORIGINAL


def test_the_words_by_which_a_wrong_password_and_a_wrong_code_are_told() -> None:
    code = inspect.getsource(sso)
    for words in ("Invalid Username or Password", "Widget authentication failed", "MFA verification failed",
                  "Widget MFA failed", "non-JSON", "connection error"):  # fmt: skip
        assert words in code, words


def test_the_app_does_without_the_package() -> None:
    """It belongs to the jobs: nothing that the pages import imports it."""
    import subprocess
    import sys

    code = (
        "import sys; import milevault_core.actions.garmin, milevault_core.view.garmin, "
        "milevault_core.store.queries.garmin, milevault_core.accounts.vault; "
        "print([m for m in sys.modules if m.startswith(('garminconnect', 'curl_cffi', 'milevault_core.garmin'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr
