"""MileVault below a path of a domain, behind real proxies: signing in, pages, links, uploads and downloads."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from bench import app_server
from milevault_core import store
from milevault_core.accounts import first, identities, upload_keys, users
from milevault_core.accounts.oidc import Person
from milevault_core.imports import files
from milevault_core.store import engine
from tests.accounts import provider as stand_in
from tests.browser.life import drawn
from tests.builders import gpx
from tests.jobs.processes import gpx_file
from tests.patience import expect
from tests.proxy.test_proxies import caddy_below, come_in, needed, nginx, page, traefik

pytestmark = pytest.mark.timeout(600)
HERE = {"TRUSTED_PROXIES": "127.0.0.1", "BASE_URL": "http://home.test/vault", "MAP_TILE_URL": ""}


@pytest.fixture
def run_id(user: int) -> int:
    """The id of an activity of ann's."""
    files.process(files.add(user, files.begin(user, "page"), "run.gpx", gpx_file(0))[0])
    return int(store.read("SELECT id FROM activities WHERE user_id = $1", (user,))["id"].iloc[0])


@pytest.mark.browser
def test_a_browser_below_a_path(
    browser, database: engine.Database, user: int, run_id: int, tmp_path: Path
) -> None:
    """Caddy passes the path on, as in the example. Every address that the browser requests is below it."""
    password = "correct horse battery"
    with store.session() as session:
        users.set_password(user, password, transaction=session)
    with (
        app_server.serving(database.dsn, **HERE) as (app, _),
        caddy_below(app, tmp_path) as address,
    ):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(120_000)
        page = context.new_page()
        outside: list[str] = []
        page.on("request", lambda asked: _note(asked.url, outside))

        page.goto(address + "/activities")
        page.get_by_label("User name").fill("ann")
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        drawn(page)
        assert page.url == address + "/activities"  # the wanted page is remembered through the form
        assert {cookie["path"] for cookie in context.cookies() if cookie["name"].startswith("mv_")} == {
            "/vault"
        }

        page.get_by_role("link", name="Records").first.click()  # by the menu
        expect(page.get_by_role("heading", name="Records")).to_be_visible()
        assert page.url == f"{address}/records"
        page.get_by_label("Search activities").fill("run.gpx")
        page.get_by_label("Search activities").press("Enter")
        expect(page.get_by_role("heading", name="Search")).to_be_visible()
        assert page.url.startswith(f"{address}/search?q=")

        page.goto(address + "/activities")
        page.locator("tbody a.go").first.click()  # by a link within the app
        expect(page.get_by_role("link", name="GPX", exact=True)).to_be_visible(timeout=180_000)
        assert page.url.startswith(f"{address}/activity?id={run_id}")
        link = page.get_by_role("link", name="GPX", exact=True).get_attribute("href")
        answer = context.request.get(f"{address.removesuffix('/vault')}{link}")
        assert answer.ok
        assert b"<trkpt" in answer.body()
        page.goto(address + "/imports")
        drawn(page)
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
            [{"name": "next.gpx", "mimeType": "application/gpx+xml", "buffer": gpx_file(1)}]
        )
        page.get_by_role("button", name="Import these files").click()
        expect(page.get_by_text("next.gpx", exact=False).first).to_be_visible()
        expect(page.locator("[data-drop] *").first).to_be_attached()  # our own script for archives has run

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        assert page.url.startswith(address + "/")
        context.close()
    assert not outside, outside


def _note(url: str, outside: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and not parts.path.startswith("/vault/"):
        outside.append(url)


KEY, TOKEN = "phone", "0123456789abcdef0123"


def everything_is_below(address: str, user: int, run_id: int) -> None:
    """Check what this proxy passes on: the first page, closed addresses, links and cookies, downloads and uploads."""
    body = gpx.gpx(gpx.track(gpx.points(20_000))).encode()
    with httpx.Client(timeout=90) as client:
        assert client.get(address).headers["location"].endswith("/vault/")
        first_page = client.get(address + "/", headers={"accept": "text/html"})
        assert '"/vault/"' in first_page.text
        assert client.get(address + "/_stcore/metrics").status_code == 404
        assert client.get(address + "/healthz").status_code == 503  # no worker is running
        token = {"authorization": f"Bearer {TOKEN}"}
        assert client.get(address + "/metrics", headers=token).status_code == 200
        link = client.get(address + "/activites", headers={"accept": "text/html"}).headers["location"]
        assert link.startswith("/vault/not-found?")
        opened = come_in(client, address, user)
        assert re.search(r"mv_session=[^;]+;.*Path=/vault(;|$)", opened.headers["set-cookie"])
        assert client.get(f"{address}/files/activity/{run_id}.gpx").content.count(b"<trkpt") > 50
        sent = client.post(
            address + "/api/upload", files={"file": ("long.gpx", body)},
            headers={"authorization": f"Bearer {upload_keys.make(user, KEY)}"},
        )  # fmt: skip
        assert sent.status_code in (200, 201, 202), sent.text
        assert sent.json()["see"].startswith("http://home.test/vault/imports?import=")
        ended = client.post(address + "/signin/end", headers={"origin": address.removesuffix("/vault")})
        assert ended.headers["location"] == "/vault/"
        assert client.get(f"{address}/files/activity/{run_id}.gpx").content.count(b"<trkpt") == 0


def test_nginx_caddy_and_no_path_lead_to_the_same_server(
    database: engine.Database, user: int, run_id: int, tmp_path: Path
) -> None:
    with (
        app_server.serving(database.dsn, **HERE, METRICS_TOKEN=TOKEN) as (app, _),
        nginx(app, tmp_path, "below-a-path.nginx.conf", "/vault") as by_nginx,
        caddy_below(app, tmp_path, takes_off=True) as by_caddy,
    ):
        for address in (by_nginx, by_caddy):
            everything_is_below(address, user, run_id)
        # Health checks on the machine itself do not use the path.
        assert httpx.get(app + "/_stcore/health").text == "ok"


def test_traefik_below_a_path(database: engine.Database, user: int, run_id: int, tmp_path: Path) -> None:
    needed("traefik")
    with (
        app_server.serving(database.dsn, **HERE, METRICS_TOKEN=TOKEN) as (app, _),
        traefik([app], tmp_path, "/vault") as address,
    ):
        everything_is_below(address, user, run_id)


def test_an_identity_provider_leads_back_below_the_path(
    database: engine.Database, user: int, tmp_path: Path
) -> None:
    """From signing in to the provider and back, whether the proxy passes the path on (nginx) or strips it (Caddy)."""
    with stand_in.running() as provider:
        identities.connect(user, Person(provider.issuer, "subject-1", "Ann", frozenset()))
        known = {
            "SECRET_KEY": "0123456789abcdef" * 4, "POCKETID_ISSUER": provider.issuer,
            "POCKETID_CLIENT_ID": stand_in.CLIENT, "POCKETID_CLIENT_SECRET": stand_in.SECRET,
        }  # fmt: skip
        with (
            app_server.serving(database.dsn, **HERE, **known) as (app, _),
            nginx(app, tmp_path, "below-a-path.nginx.conf", "/vault") as by_nginx,
            caddy_below(app, tmp_path, takes_off=True) as by_caddy,
        ):
            for address in (by_nginx, by_caddy):
                with httpx.Client(timeout=90) as client:
                    asked = client.get(f"{address}/oidc/start", params={"next": "/records?year=2024"})
                    answer = client.get(asked.headers["location"]).headers["location"]
                    assert answer.startswith("http://home.test/vault/oidc/callback?")
                    opened = client.get(answer.replace("http://home.test/vault", address))
                    assert opened.headers["location"] == "/vault/records?year=2024"
                    assert {each.path for each in client.cookies.jar} == {"/vault"}
                    assert "Signed in as ann" in page(address, dict(client.cookies))
                    again = client.get(answer.replace("http://home.test/vault", address))
                    assert again.headers["location"] == "/vault/?oidc=failed"


def test_links_that_are_handed_out_hold_the_path(database: engine.Database) -> None:
    assert (first.link("https://home.example/vault") or "").startswith("https://home.example/vault/setup?t=")
