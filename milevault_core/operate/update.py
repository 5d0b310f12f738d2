"""`update`: make a backup, get the new version's files, then run the steps for this machine or for Docker.

Safe with local changes: git refuses to overwrite them, and then nothing has changed.
"""

import subprocess
from collections.abc import Callable

from milevault_core import env_file

Step = tuple[str, Callable[[], int]]


def update(backup: Callable[[], int], steps: list[Step]) -> int:
    """Print and run each step, stop at the first that fails, and return the exit code. The steps return exit codes.

    The backup comes first, so that it is made by the version that wrote the data.
    """
    if (env_file.ROOT / ".git").exists():
        code, news = look_for_news()
        if code:
            return code
        if not news:
            print(
                "This is the newest version; nothing was changed. (If you pulled it yourself, 'manage.py "
                "restart' runs it.)"
            )
            return 0
        print(f"New since this version:\n{news}\n")
    else:
        news = ""
        print(
            "This folder is not a git clone: put the new version's files in place yourself ('update' then does "
            "the rest: backup, packages, schema, restart)."
        )
    before = git("rev-parse", "--short", "HEAD")[1] if news else ""
    print("1. Backup, before anything is changed")
    if backup():
        print("The backup failed, so nothing was changed. Fix that first: 'manage.py status'.")
        return 1
    number = 2
    if news:
        print(f"{number}. The new version's files (git pull)")
        if code := pull():
            return code
        number += 1
    for title, step in steps:
        print(f"{number}. {title}")
        if code := step():
            print(f"Step {number} failed; the lines above say why. The backup was made before, in step 1.")
            if before:
                print(f"To go back to the previous version: git checkout {before}, then manage.py start")
            return code
        number += 1
    print("Updated.")
    return 0


def look_for_news() -> tuple[int, str]:
    """Fetch from upstream; returns (exit code, one line for each commit that is not here yet)."""
    if changed := git("status", "--porcelain", "--untracked-files=no")[1]:
        print(f"Your own changes, which are kept:\n{changed}\n")
    code, said = git("fetch", "--quiet")
    if code:
        print(
            f"It could not be checked whether there is a new version; nothing was changed. git says: {said}"
        )
        return code, ""
    code, news = git("log", "--oneline", "--no-decorate", "HEAD..@{upstream}")
    if code:
        print(f"This branch has no upstream branch to update from; nothing was changed. git says: {news}")
        return code, ""
    return 0, news


def pull() -> int:
    """Fast-forward to the new version; returns git's exit code, and prints the reason if it is not 0."""
    code, said = git("merge", "--ff-only", "@{upstream}")
    if code:
        print(
            f"git could not update to the new version, and nothing was changed. It says:\n{said}\n"
            "Your own changes can be put aside with 'git stash', and brought back with 'git stash pop'."
        )
    return code


def git(*words: str) -> tuple[int, str]:
    """Run git in MileVault's folder; returns (exit code, its output)."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=env_file.ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError:
        return 1, "there is no program called git"
    return done.returncode, (done.stdout + (done.stderr if done.returncode else "")).rstrip()
