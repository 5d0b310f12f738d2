"""Whose X-Forwarded-For is believed, on a real server."""

import pytest

from milevault_core import store
from tests.pages.server import serving
from tests.pages.test_door_http import ask

SAID = "203.0.113.9"


@pytest.mark.parametrize(("trusted", "counted"), [("127.0.0.1", SAID), ("10.0.0.0/8", "127.0.0.1")])
def test_only_a_named_proxy_is_believed(database, database_url: str, trusted: str, counted: str) -> None:
    """Strangers' attempts are counted by address; the provider need not respond for that."""
    env = {"POCKETID_ISSUER": "http://127.0.0.1:1", "POCKETID_CLIENT_ID": "milevault"}
    with serving(database_url, TRUSTED_PROXIES=trusted, **env) as address:
        assert ask(f"{address}/oidc/start", X_Forwarded_For=SAID)[0] == 200  # redirected to the sign-in page
    assert list(store.read("SELECT key FROM login_attempts")["key"]) == [f"oidc:{counted}"]
