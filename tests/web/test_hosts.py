"""Which hosts and origins are ours. Each refused case has an accepted one that differs in one thing."""

import pytest

from milevault_core.web.hosts import is_from_us, is_ours

BASE = "https://vault.example.org"


@pytest.mark.parametrize(
    "host",
    ["vault.example.org", "VAULT.example.org:8443", "vault.example.org.", "localhost:8501", "127.0.0.1", "10.0.0.7:80",
     "[::1]:8501", "[fe80::1]", "nas", "nas.local:8501", "nas.fritz.box", "fritz.box", "app:8501", "other.example.net"],
)  # fmt: skip
def test_ours(host: str) -> None:
    assert is_ours(host, BASE, "other.example.net, third.example.net")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "vault.example.org.evil.example", "evil.example:8501", "", None, "a@vault.example.org",
     "vault.example.org/x", "vault.example.org:99999", "127.0.0.1.evil.example", "other.example.net", "[::1",
     "evil.box", "evilfritz.box", "fritz.box.evil.example", "a b", "localhost;script-src *", "nas'", "[::1;x]"],
)  # fmt: skip
def test_not_ours(host: str | None) -> None:
    assert not is_ours(host, BASE)


def test_what_is_no_name_is_never_ours() -> None:
    assert not is_ours("localhost;script-src *", BASE, "*")


def test_any_name_where_the_operator_says_so() -> None:
    assert is_ours("evil.example", "", "*")
    assert is_ours("evil.example", "", "other.example.net, *")


def test_every_name_below_one() -> None:
    allowed = "third.example.net, *.example.org"
    assert is_ours("vault.example.org:8501", "", allowed)
    assert is_ours("a.b.Example.org", "", allowed)
    for host in ("evil.example", "example.org", "evilexample.org", "vault.example.org.evil.example"):
        assert not is_ours(host, "", allowed), host
    assert not is_ours("evil.example", "", "a*b.example.org")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (BASE, "vault.example.org"),
        (BASE + ":443", "vault.example.org"),
        (BASE, "app:8501"),  # a proxy that uses its own name for us
        ("http://10.0.0.7:8501", "10.0.0.7:8501"),
        ("http://localhost:8501", "localhost:8501"),
        (None, "localhost:8501"),
    ],
)
def test_from_us(origin: str | None, host: str) -> None:
    assert is_from_us(origin, host, BASE)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8616", "localhost:8501"),  # another port: cookies are shared, pages are not
        ("http://127.0.0.1:8501", "localhost:8501"),
        ("http://localhost", "localhost:8501"),
        ("https://evil.example", "vault.example.org"),
        ("http://vault.example.org", "vault.example.org"),  # BASE_URL is https
        ("https://vault.example.org:444", "vault.example.org"),
        ("null", "localhost:8501"),
        ("", ""),
        ("file://", ""),
        ("http://[::1", "localhost"),
        ("http://x:99999", "x:99999"),
    ],
)
def test_from_elsewhere(origin: str, host: str) -> None:
    assert not is_from_us(origin, host, BASE)
