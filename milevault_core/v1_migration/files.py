"""The owner of each file in the old store, and what the old database says about the file."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from milevault_core import sports
from milevault_core.imports import files as imports


@dataclass
class StoredFile:
    """A file of the store. name: its path in the store. about: what is known about it (activities/texts.py)."""

    path: Path
    name: str
    about: dict[str, str] = field(default_factory=dict)
    activities: list[Any] = field(default_factory=list)  # old ids


@dataclass
class Store:
    """The old store, sorted by owner. by_user: old user id -> files. The rest could not be sorted."""

    by_user: dict[Any, list[StoredFile]]
    nobodys: list[str]  # files that no activity names and that are in no folder of a single user
    missing: list[dict[str, Any]]  # activities whose file is missing
    without: list[dict[str, Any]]  # activities that name no file
    unknown_sports: dict[str, int]  # unknown sport name -> how often it occurs


def sort(store: Path, activities: list[dict[str, Any]], users: dict[Any, str]) -> Store:
    """Find every file of the store and its owner: the user of the activity that names it; else the user whose id or
    name is the name of a folder with only their files; else the only user. users: old id -> old name."""
    paths = {str(p.relative_to(store)): p for p in imports.paths_below(store)}
    found: dict[Any, dict[str, StoredFile]] = defaultdict(dict)
    missing, without = [], []
    unknown: dict[str, int] = defaultdict(int)
    for row in activities:
        if not row["file"]:
            without.append(row)
            continue
        name = locate(str(row["file"]), paths)
        if name is None:
            missing.append(row)
            continue
        file = found[row["user"]].setdefault(name, StoredFile(paths[name], name))
        file.activities.append(row["id"])
        # If several activities name a file (a triathlon), the file itself says what its parts are.
        file.about = about(row, unknown) if len(file.activities) == 1 else {}
    nobodys = []
    named = {name for files in found.values() for name in files}
    owners = folder_owners(found, users)
    for name, path in paths.items():
        if name in named:
            continue
        above = [str(p) for p in PurePosixPath(name).parents if str(p) != "."]
        owner = next((owners[folder] for folder in above if folder in owners), None)
        if owner is None and len(users) == 1:
            owner = next(iter(users))
        if owner is None:
            nobodys.append(name)
        else:
            found[owner][name] = StoredFile(path, name)
    by_user = {user: [files[n] for n in sorted(files)] for user, files in found.items()}
    return Store(by_user, nobodys, missing, without, dict(unknown))


def locate(said: str, paths: dict[str, Path]) -> str | None:
    """The file of the store that a path in the old database refers to: the longest tail of the path that exists."""
    parts = [p for p in PurePosixPath(said.replace("\\", "/")).parts if p not in ("/", "..", ".")]
    return next((end for i in range(len(parts)) if (end := "/".join(parts[i:])) in paths), None)


def folder_owners(found: dict[Any, dict[str, StoredFile]], users: dict[Any, str]) -> dict[str, Any]:
    """folder -> its owner: it is named after their id or name, and only their activities name files in it."""
    whose: dict[str, set[Any]] = defaultdict(set)
    for user, files in found.items():
        for name in files:
            for above in PurePosixPath(name).parents:
                whose[str(above)].add(user)
    owners = {}
    for folder, named_by in whose.items():
        if len(named_by) == 1:
            user = next(iter(named_by))
            if PurePosixPath(folder).name in (str(user), users.get(user)):
                owners[folder] = user
    return owners


def about(row: dict[str, Any], unknown: dict[str, int]) -> dict[str, str]:
    """Name, description and sport of an old activity, in the form that an import takes."""
    said = {"name": str(row["name"] or ""), "description": str(row["description"] or "")}
    word = str(row["sport"] or "").strip()
    if word:
        match = sports.from_text(word)
        if match.sport == "other" and word.lower() != "other":
            unknown[word] += 1
        elif match.sport != "other":
            said |= {"sport": match.sport, "sub_sport": match.sub_sport}
    return {key: value for key, value in said.items() if value}


def bring(user_id: int, files: list[StoredFile], known: set[str], label: str) -> tuple[int | None, int]:
    """Put the files that were not imported before into a batch of the ordinary import; returns (its id or None, how
    many).

    known: the names of files imported before; for an archive, those of its members.
    """
    new = [f for f in files if f.name not in known and not any(k.startswith(f.name + "/") for k in known)]
    if not new:
        return None, 0
    batch = imports.begin(user_id, "milevault", label)
    for file in new:
        try:
            imports.add(user_id, batch, file.name, file.path.read_bytes(), file.about or None)
        except OSError as error:
            imports.add_failed(user_id, batch, file.name, f"It cannot be read: {error.strerror}.")
    return batch, len(new)


def names(files: list[StoredFile]) -> Iterator[tuple[str, Any]]:
    """(name, old id of an activity) of every file that an activity names."""
    for file in files:
        for activity in file.activities:
            yield file.name, activity
