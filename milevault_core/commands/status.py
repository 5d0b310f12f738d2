"""`status`, also called `doctor`: how MileVault is doing, and what to do about problems."""

import json

from milevault_core.commands import command
from milevault_core.problems import thousands


def arguments(parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object: ok, facts, problems, notes")
    parser.add_argument(
        "--derived",
        action="store_true",
        help="for a sample, compare stored figures with newly computed ones",
    )


@command(
    "status",
    "operate",
    "what runs, versions, disk, queue; problems and remedies",
    arguments,
    reads_environment=False,
)
def status(options) -> int:
    from milevault_core.server import status as looks

    if options.derived:
        return _derived(options.json)
    found = looks.gather()
    if options.json:
        print(json.dumps({"ok": not found.problems} | vars(found), ensure_ascii=False, default=str))
    else:
        print("\n".join(lines(found.facts)))
        for note in found.notes:
            print(f"\nNote: {note}")
        for problem in found.problems:
            print(f"\nPROBLEM: {problem['what']}\n  Remedy: {problem['remedy']}")
        print("\nAll is well." if not found.problems else "")
    return int(bool(found.problems))


def _derived(as_json: bool) -> int:
    """Compare stored figures with newly computed ones; returns 1 if any differ, else 0."""
    from milevault_core import store
    from milevault_core.derive import check

    store.open()
    try:
        found = check.check()
    finally:
        store.close()
    if as_json:
        print(json.dumps(vars(found), ensure_ascii=False))
    else:
        print("\n".join(found.differences or ["What is stored equals what would be computed now."]))
        print(
            f"Checked: {thousands(found.activities)} activities, {thousands(found.days)} days, and the records."
        )
        if found.activities_waiting or found.days_waiting:
            print(
                f"Not checked, because they are waiting to be computed: {thousands(found.activities_waiting)} "
                f"activities, {thousands(found.days_waiting)} days."
            )
    return int(bool(found.differences))


@command("doctor", "operate", "the same as status", arguments, reads_environment=False)
def doctor(options) -> int:
    return status(options)


def lines(facts: dict) -> list[str]:
    """The facts as lines of text; unknown ones are left out."""
    where = f" at {facts['address']}" if facts.get("address") else ""
    since = f" since {facts['since']}" if facts.get("since") else ""
    shown = {
        "MileVault": f"{facts['milevault']}, Python {facts['python']}",
        "App": f"{facts['app']}{where}{since}" if "app" in facts else None,
        "Workers": facts.get("workers"),
        "Database": _database(facts),
        "Schema": facts.get("schema"),
        "Size": _bytes(facts.get("size_bytes")),
        "Disk free": _bytes(facts.get("disk_free_bytes")),
        "Accounts": facts.get("accounts"),
        "Activities": facts.get("activities"),
        "Queue": _queue(facts),
        "Last import": _last_import(facts.get("last_import")),
        "Last sync": facts.get("last_sync") or "none yet",
        "Last backup": facts.get("last_backup") or "none yet",
        "Last verified restore": facts.get("last_proven_restore") or "none yet",
    }
    return [f"{label:<20} {text}" for label, text in shown.items() if text is not None]


def _database(facts: dict) -> str | None:
    if "database" not in facts:
        return None
    versions = f": PostgreSQL {facts['postgresql']}" if "postgresql" in facts else ""
    extension = facts.get("timescaledb")
    return facts["database"] + versions + (f", TimescaleDB {extension}" if extension else "")


def _queue(facts: dict) -> str | None:
    if "queues" not in facts:
        return None
    if not facts["queues"]:
        return "nothing is waiting"
    jobs = ", ".join(f"{count} {name}" for name, count in facts["queues"].items())
    return f"{jobs}; the oldest since {facts['oldest_waiting']}"


def _last_import(found: dict | None) -> str:
    if not found:
        return "none yet"
    outcomes = ", ".join(f"{count} {name}" for name, count in found["outcomes"].items()) or "no files"
    return f"{found['created_at']} from {found['source']}: {outcomes}"


def _bytes(size: int | None) -> str | None:
    if size is None:
        return None
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
