"""The proxy configurations that we provide, with real proxies: two apps behind one port share their sessions, and
either may stop.
"""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx2 as httpx
import pytest
import yaml

from milevault_core.accounts import sign_in, upload_keys
from milevault_core.store import engine
from milevault_core.web.archives import PIECE
from tests.builders import gpx
from tests.jobs import processes
from tests.pages.server import connected, run, run_script
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def needed(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not path:
        pytest.skip(f"no {name} here")
    return path


def come_in(client: httpx.Client, address: str, user: int) -> httpx.Response:
    """Sign in as a browser does: get its cookie with the first page, then send the form's ticket."""
    client.get(f"{address}/", headers={"accept": "text/html"})
    ticket = sign_in.ticket(user, client.cookies["mv_browser"])
    answer = client.post(f"{address}/signin/finish", headers={"x-milevault-ticket": ticket})
    assert answer.status_code == 204, answer.text
    return answer


@contextmanager
def caddy(apps: list[str], folder: Path) -> Iterator[str]:
    port = free_port()
    env = os.environ | {
        "SITE_ADDRESS": f":{port}", "ALIVE_PORT": str(free_port()),
        "APPS": " ".join(app.removeprefix("http://") for app in apps),
        "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder),
    }  # fmt: skip
    with _running(
        _caddy_with(ROOT / "deploy" / "Caddyfile", env), f"http://127.0.0.1:{port}", env
    ) as address:
        yield address


@contextmanager
def caddy_below(app: str, folder: Path, takes_off: bool = False) -> Iterator[str]:
    """Caddy with the lines for a path; the address of /vault."""
    port = free_port()
    shown = (ROOT / "deploy" / "below-a-path.Caddyfile").read_text()
    ours = shown.replace("home.example {", f":{port} {{").replace(
        "127.0.0.1:8501", app.removeprefix("http://")
    )
    ours = ours.replace("handle /vault/*", "handle_path /vault/*") if takes_off else ours
    config = folder / "Caddyfile"
    config.write_text("{\n\tadmin off\n}\n" + ours)
    env = os.environ | {name: str(folder) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME")}
    with _running(_caddy_with(config, env), f"http://127.0.0.1:{port}/vault", env) as address:
        yield address


def _caddy_with(config: Path, env: dict[str, str]) -> list[str]:
    """The command that runs Caddy with this file, after Caddy has validated it."""
    checked = ["validate", "--adapter", "caddyfile", "--config", str(config)]
    done = subprocess.run([needed("caddy"), *checked], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [needed("caddy"), "run", "--adapter", "caddyfile", "--config", str(config)]


@contextmanager
def nginx(app: str, folder: Path, example: str = "nginx.conf.example", below: str = "") -> Iterator[str]:
    port = free_port()
    shown = (ROOT / "deploy" / example).read_text()
    ours = shown.replace("listen 80;", f"listen 127.0.0.1:{port};")
    ours = re.sub(r"server_name [a-z.]+;", "", ours).replace("http://127.0.0.1:8501", app)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {paths}\n{ours}\n}}\n"
    )
    checked = subprocess.run([needed("nginx"), "-t", "-c", str(config)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    with _running(
        [needed("nginx"), "-c", str(config)], f"http://127.0.0.1:{port}{below}", dict(os.environ)
    ) as address:
        yield address


@contextmanager
def traefik(apps: list[str], folder: Path, below: str = "") -> Iterator[str]:
    port = free_port()
    ours = yaml.safe_load((ROOT / "deploy" / "traefik.yaml.example").read_text())
    balancer = ours["http"]["services"]["milevault"]["loadBalancer"]
    balancer["servers"] = [{"url": app} for app in apps]
    balancer["healthCheck"]["interval"] = "200ms"
    router = ours["http"]["routers"]["milevault"]
    router["rule"] = router["rule"].replace("Host(`vault.example.org`)", f"PathPrefix(`{below or '/'}`)")
    (folder / "ours.yaml").write_text(yaml.safe_dump(ours))
    patient = {"respondingTimeouts": {"readTimeout": 0}}
    config = {
        "entryPoints": {"web": {"address": f"127.0.0.1:{port}", "transport": patient}},
        "providers": {"file": {"filename": str(folder / "ours.yaml")}},
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
    }
    (folder / "traefik.yaml").write_text(yaml.safe_dump(config))
    command = [needed("traefik"), f"--configFile={folder / 'traefik.yaml'}"]
    with _running(command, f"http://127.0.0.1:{port}{below}", dict(os.environ)) as address:
        yield address


@contextmanager
def _running(command: list[str], address: str, env: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: process.poll() is None and _answers(address), "the proxy to answer")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address + "/_stcore/health").status_code == 200
    except httpx.HTTPError:
        return False


def page(address: str, cookies: dict[str, str], name: str = "") -> str:
    """What the server sends to a browser with these cookies for a page; "" is the dashboard."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())

    async def visit() -> str:
        async with connected(address, header) as connection:
            return await run_script(connection, address, name)

    return run(visit())


def archive_across(one: str, other: str, session: str) -> None:
    """Start uploading an archive to one app and finish with the other, which reports and shows the progress."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        written.writestr("noise.bin", os.urandom(PIECE))
    content = data.getvalue()
    cookies = {"mv_session": session}
    with (
        httpx.Client(base_url=one, cookies=cookies, timeout=90) as first,
        httpx.Client(base_url=other, cookies=cookies, timeout=90) as second,
    ):
        asked = {"name": "whole-life.zip", "size": len(content), "key": "k"}
        begun = first.post("/upload/begin", json=asked).json()
        assert first.put(f"/upload/{begun['id']}/0", content=content[:PIECE]).json() == {"received": PIECE}
        assert "MB received" in page(other, cookies, "imports")
        again = second.post("/upload/begin", json=asked).json()
        assert (again["id"], again["received"]) == (begun["id"], PIECE)
        sent = second.put(f"/upload/{begun['id']}/{PIECE}", content=content[PIECE:])
        assert sent.json() == {"received": len(content)}


def sign_out_across(one: str, other: str, user: int) -> None:
    """Sign in with one app and out with the other: the session ends in both."""
    with httpx.Client(timeout=90) as client:
        come_in(client, one, user)
        cookies = {"mv_session": client.cookies["mv_session"]}
        assert "Signed in as ann" in page(other, cookies)
    with httpx.Client(cookies=cookies, timeout=90) as client:
        client.post(other + "/signin/end", headers={"origin": other})
        assert "Signed in as ann" not in page(one, cookies)


def is_imported(app: str, cookies: dict[str, str], name: str) -> bool:
    """Whether an app shows that this file was imported."""
    stem, _, ending = name.partition(".")
    return bool(re.search(rf"check_circle:\] {stem}\W+{ending}: ", page(app, cookies, "imports")))


@contextmanager
def two_apps_behind(
    proxy: Callable[..., AbstractContextManager[str]], database: engine.Database, user: int, folder: Path
) -> Iterator[tuple[list[tuple[str, subprocess.Popen]], str, httpx.Client]]:
    """Two apps behind a proxy with sticky sessions: the apps, the proxy's address, and a client that has signed in
    there."""
    from bench import app_server

    with ExitStack() as stack:
        apps = [
            stack.enter_context(app_server.serving(database.dsn, TRUSTED_PROXIES="127.0.0.1"))
            for _ in range(2)
        ]
        address = stack.enter_context(proxy([each for each, _ in apps], folder))
        client = stack.enter_context(httpx.Client(base_url=address, timeout=90))
        assert client.get("/_stcore/metrics").status_code == 404
        come_in(client, "", user)
        assert {"mv_session", "mv_server"} <= set(client.cookies)
        assert "Signed in as ann" in page(address, dict(client.cookies))
        yield apps, address, client


def test_two_apps_and_two_jobs_processes_behind_caddy(
    database: engine.Database, user: int, tmp_path: Path
) -> None:
    """Sessions, uploads and their progress are the same in both apps, whichever machine imports; if one is switched
    off, the other finishes its work."""

    needed("caddy")
    with ExitStack() as stack:
        start = stack.enter_context(processes.running_jobs(workers=2))
        apps, address, client = stack.enter_context(two_apps_behind(caddy, database, user, tmp_path))
        cookies = dict(client.cookies)

        # Without the proxy's cookie the same browser may reach either app, and both know it.
        for each, _ in apps:
            assert "Signed in as ann" in page(each, {"mv_session": cookies["mv_session"]})

        # Files by upload key: one larger than nginx's limit of 1 MB, and two in one import.
        body = gpx.gpx(gpx.track(gpx.points(20_000))).encode()
        assert len(body) > 2_000_000
        key = {"authorization": f"Bearer {upload_keys.make(user, 'phone')}"}
        two = [("file", (f"{day}.gpx", processes.gpx_file(day))) for day in (8, 9)]
        for files in ([("file", ("long.gpx", body))], two):
            sent = client.post("/api/upload", files=files, headers=key)
            assert sent.status_code in (200, 201, 202), sent.text
        last = processes.value("SELECT max(id) FROM import_items")

        # One machine imports two of the files, and is switched off in the middle of the third.
        with processes.original_held(last):
            one = start()
            wait_for(processes.waiting_backends, "a machine in the middle of an import")
            wait_for(lambda: processes.value("SELECT count(*) FROM activities") == 2, "the other files")
            for each, _ in apps:
                assert "1 of 2 files" in page(each, cookies, "imports")
            other = start()
            for pid in [*processes.worker_pids(one), one.pid]:
                processes.kill(pid)
        for each, _ in apps:
            wait_for(partial(is_imported, each, cookies, "9.gpx"), "the file, shown as imported", 60)
        assert processes.value("SELECT count(*) FROM activities") == 3
        assert other.poll() is None

        archive_across(apps[0][0], apps[1][0], cookies["mv_session"])
        sign_out_across(apps[0][0], apps[1][0], user)

        # One app stops: its browsers continue with the other.
        apps[0][1].terminate()
        apps[0][1].wait(30)
        wait_for(lambda: _answers(address), "the other app")
        assert "Signed in as ann" in page(address, cookies)
        client.post("/signin/end", headers={"origin": address})
        assert "Signed in as ann" not in page(address, cookies)


@pytest.mark.parametrize("site", [":80", "vault.example.org"])
def test_caddy_finds_its_file_valid(site: str, tmp_path: Path) -> None:
    """With `caddy validate`, unchanged and with a domain name; and it answers Docker's health check."""
    env = os.environ | {
        "SITE_ADDRESS": site,
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    for word in ("validate", "adapt"):
        command = [
            needed("caddy"),
            word,
            "--adapter",
            "caddyfile",
            "--config",
            str(ROOT / "deploy" / "Caddyfile"),
        ]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    servers = json.loads(done.stdout)["apps"]["http"]["servers"].values()
    assert sorted(listen for each in servers for listen in each["listen"]) == sorted(
        ["127.0.0.1:2019", ":80" if site == ":80" else ":443"]
    )


def test_nginx_as_the_example_says(database: engine.Database, user: int, tmp_path: Path) -> None:
    from bench import app_server

    needed("nginx")
    with (
        app_server.serving(database.dsn, TRUSTED_PROXIES="127.0.0.1") as (app, _),
        nginx(app, tmp_path) as address,
        httpx.Client(base_url=address, timeout=90) as client,
    ):
        assert client.get("/_stcore/metrics").status_code == 404
        come_in(client, "", user)
        assert "Signed in as ann" in page(address, dict(client.cookies))
        body = gpx.gpx(gpx.track(gpx.points(20_000))).encode()
        sent = client.post(
            "/api/upload", files={"file": ("long.gpx", body)},
            headers={"authorization": f"Bearer {upload_keys.make(user, 'phone')}"},
        )  # fmt: skip
        assert sent.status_code in (200, 201, 202), sent.text


def test_traefik_as_the_example_says(database: engine.Database, user: int, tmp_path: Path) -> None:

    needed("traefik")
    with ExitStack() as stack:
        apps, address, client = stack.enter_context(two_apps_behind(traefik, database, user, tmp_path))
        body = gpx.gpx(gpx.track(gpx.points(20_000))).encode()
        sent = client.post(
            "/api/upload", files={"file": ("long.gpx", body)},
            headers={"authorization": f"Bearer {upload_keys.make(user, 'phone')}"},
        )  # fmt: skip
        assert sent.status_code in (200, 201, 202), sent.text
        apps[0][1].terminate()
        apps[0][1].wait(30)
        wait_for(lambda: client.get("/_stcore/health").status_code == 200, "the other app")
        assert "Signed in as ann" in page(address, dict(client.cookies))


def test_traefiks_labels_say_what_its_file_says() -> None:
    """Only Docker could read the labels, so compare them with the file, which Traefik has read."""
    ours = yaml.safe_load((ROOT / "deploy" / "traefik.yaml.example").read_text())["http"]
    docs = (ROOT / "docs" / "proxies.md").read_text()
    labels = yaml.safe_load(re.findall(r"(?s)```yaml\n(labels:.*?)```", docs)[0])["labels"]
    said = dict(each.split("=", 1) for each in labels)
    balancer = ours["services"]["milevault"]["loadBalancer"]
    assert ours["routers"]["milevault"]["rule"].startswith(said.pop("traefik.http.routers.milevault.rule"))
    start = "traefik.http.services.milevault.loadbalancer"
    assert said == {
        f"{start}.server.port": "8501",
        f"{start}.sticky.cookie.name": balancer["sticky"]["cookie"]["name"],
        f"{start}.healthcheck.path": balancer["healthCheck"]["path"],
    }
