"""The folder for deployment: complete, and with nothing private in it."""

import re
from pathlib import Path

import pytest
import yaml

from milevault_core.config import ROOT, Settings
from milevault_core.operate import release
from tests.commands import command


def test_it_has_what_a_deployer_needs_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-7f3a-canary-7f3a-canary-7f3a")
    folder = tmp_path / "out"
    made = {str(file.relative_to(folder)) for file in release.write(folder)}
    assert made == {*release.FILES.values(), "README.md", ".env.example"}
    assert made == {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    services = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    assert not [name for name, service in services.items() if "build" in service]
    mounted = [
        each for service in services.values() for each in service.get("volumes", ()) if each.startswith("./")
    ]
    assert mounted
    assert all((folder / each.partition(":")[0]).is_file() for each in mounted)
    text = "\n".join(file.read_text() for file in folder.rglob("*") if file.is_file())
    assert "canary-7f3a" not in text
    assert str(ROOT) not in text
    assert not re.search(r"(?m)^[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*=.+", text)


def test_links_of_its_pages_lead_somewhere(tmp_path: Path) -> None:
    for file in release.write(tmp_path / "out"):
        if file.suffix == ".md":
            for link in re.findall(r"\]\(([^)#]+)\)", file.read_text()):
                assert link.startswith("http") or (file.parent / link).exists(), f"{file.name}: {link}"


def test_its_commands_name_services_and_files_that_are_there(tmp_path: Path) -> None:
    """tests/test_commands.py checks what follows `manage.py` in them."""
    folder = tmp_path / "out"
    release.write(folder)
    services = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    said = re.findall(
        r"docker compose (exec|run --rm|stop|up|logs|pull)((?: [a-z][a-z.-]*)*)", release.README
    )
    assert {word for word, _ in said} == {"exec", "run --rm", "stop", "up", "logs", "pull"}
    for word, names in said:
        named = names.split()[:1] if word in ("exec", "run --rm") else names.split()
        assert set(named) <= set(services), (word, names)
    for script in re.findall(r"scripts/[\w.-]+", release.README):
        assert (folder / script).is_file(), script


def test_every_variable_is_in_the_example() -> None:
    named = set(re.findall(r"(?m)^#?([A-Z_]+)=", release.example()))
    known = {str(field.alias) for field in Settings.model_fields.values()}
    assert known - named == {"MILEVAULT_DATA", "DATABASE_URL", "MILEVAULT_RUNS_IN"}
    read = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.deploy.yaml").read_text()))
    assert read <= named
    lines = release.example().splitlines()
    assert len(
        {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("# ")}
    ) == sum("=" in line and not line.startswith("# ") for line in lines)


@pytest.mark.parametrize("file", ["compose.yaml", "compose.deploy.yaml"])
def test_what_only_the_compose_file_reads_has_its_default(file: str) -> None:
    """Uncommenting a line of the example changes nothing."""
    text = (ROOT / file).read_text()
    for name, default, _ in release.COMPOSE:
        if file == "compose.deploy.yaml" or name != "MILEVAULT_VERSION":
            assert f"${{{name}:-{default}}}" in text, name
        assert f"`{name}`" in (ROOT / "docs" / "install.md").read_text(), name


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    done = command("release", str(tmp_path))
    assert done.returncode == 1
    assert "is not empty" in done.stderr + done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
