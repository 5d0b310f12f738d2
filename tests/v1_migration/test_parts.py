"""The parts of moving in that need no database."""

from pathlib import Path

import pytest

from milevault_core.v1_migration import accounts, files, user_map

HASH = "$2b$12$" + "a" * 53


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("/data/files/1/a.fit", "1/a.fit"),
        ("1/a.fit", "1/a.fit"),
        ("C:\\vault\\1\\a.fit", "1/a.fit"),
        ("./files/b.fit", "b.fit"),
        ("../../1/a.fit", "1/a.fit"),
        ("/data/files/2/a.fit", "a.fit"),
        ("gone.fit", None),
        ("", None),
    ],
)
def test_where_a_path_of_the_old_database_is(said: str, found: str | None) -> None:
    paths = {name: Path(name) for name in ("1/a.fit", "a.fit", "b.fit")}
    assert files.locate(said, paths) == found


def activity(number: int, user: int, file: str, **more) -> dict:
    return {"id": number, "user": user, "file": file, "name": None, "description": None, "sport": None} | more


def laid_out(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_whose_a_file_is_that_no_activity_names(tmp_path: Path) -> None:
    """Only a folder named after a user that holds only this user's files tells the owner; a folder for a date
    does not."""
    laid_out(
        tmp_path, "ann/1.fit", "ann/well.fit", "2024/2.fit", "2024/stray.fit", "5/3.fit", "5/4.fit", "5/x.fit"
    )
    rows = [activity(1, 7, "ann/1.fit"), activity(2, 7, "2024/2.fit"), activity(3, 5, "5/3.fit"),
            activity(4, 7, "5/4.fit")]  # fmt: skip
    found = files.sort(tmp_path, rows, {7: "ann", 5: "bob"})
    assert [f.name for f in found.by_user[7]] == ["2024/2.fit", "5/4.fit", "ann/1.fit", "ann/well.fit"]
    assert [f.name for f in found.by_user[5]] == ["5/3.fit"]
    assert sorted(found.nobodys) == ["2024/stray.fit", "5/x.fit"]


def test_with_one_user_everything_is_theirs(tmp_path: Path) -> None:
    laid_out(tmp_path, "a.fit", "2024/b.fit")
    found = files.sort(tmp_path, [], {7: "ann"})
    assert [f.name for f in found.by_user[7]] == ["2024/b.fit", "a.fit"]
    assert found.nobodys == []


def test_a_file_of_several_activities_speaks_for_itself(tmp_path: Path) -> None:
    laid_out(tmp_path, "tri.fit")
    rows = [activity(n, 7, "tri.fit", name=f"Part {n}", sport="running") for n in (1, 2)]
    (found,) = files.sort(tmp_path, rows, {7: "ann"}).by_user[7]
    assert (found.about, found.activities) == ({}, [1, 2])


def test_what_is_said_of_an_activity() -> None:
    unknown: dict[str, int] = {"swordplay": 1}
    said = files.about({"name": "N", "description": None, "sport": "Trail Run"}, unknown)
    assert said == {"name": "N", "sport": "running", "sub_sport": "trail"}
    assert files.about({"name": None, "description": "D", "sport": "swordplay"}, unknown) == {
        "description": "D"
    }
    assert unknown == {"swordplay": 2}


def test_the_user_map(tmp_path: Path) -> None:
    file = tmp_path / "map"
    file.write_text("# all\n\nAnna = Miller = anna\n bob=skip \n", encoding="utf-8")
    assert user_map.read(file) == {"Anna = Miller": "anna", "bob": "skip"}
    for text, said in [("anna", "line 1"), ("a = b\na = c", "named twice"), ("a = two words", "1 to 32")]:
        file.write_text(text)
        with pytest.raises(user_map.BadMap, match=said):
            user_map.read(file)
    with pytest.raises(user_map.BadMap, match="names eve, who are not"):
        user_map.check({"eve": "x"}, ["ann"], file)


def person(name: str, **more) -> dict:
    return {
        "id": 1,
        "name": name,
        "password_hash": HASH,
        "is_admin": None,
        "time_zone": None,
        "units": None,
    } | more


def test_who_comes_over_as_whom() -> None:
    rows = [person("Ann"), person("ann"), person("Bob Miller"), person("eve", password_hash="plain", units="parsec"),
            person("zoe", is_admin=True, time_zone="Europe/Rome")]  # fmt: skip
    found = accounts.people(rows, {"zoe": "zed"})
    assert [p.name for p in found] == ["ann", "", "", "eve", "zed"]
    assert "Ann is called ann already" in found[1].why
    assert "Bob Miller = NAME" in found[2].why
    assert (found[3].password_hash, found[3].units) == ("", "metric")
    assert (found[4].password_hash, found[4].is_admin, found[4].time_zone) == (HASH, True, "Europe/Rome")


def test_the_names_that_are_looked_for_are_documented() -> None:
    from milevault_core.store.v1.tables import COLUMNS
    from tests.commands import ROOT

    text = (ROOT / "docs" / "moving-in.md").read_text()
    for fields in COLUMNS.values():
        for field, names in fields.items():
            if field not in ("id", "start"):
                assert all(f"`{name}`" in text for name in names), names
