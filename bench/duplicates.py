"""`manage.py bench duplicates`: which of the generated pairs are found to be one workout, through the real import, each
pair for users who have nothing else. The pairs are older than the thresholds (duplicate_pairs.py)."""

import sys
from collections import defaultdict

from bench import duplicate_crowd, figure, scratch
from bench.duplicate_pairs import pairs
from milevault_core import store
from milevault_core.imports import files
from milevault_core.store.models import User

PAIRS = 600


def run() -> list[dict]:
    right: dict[str, list[bool]] = defaultdict(list)
    found = {True: 0, False: 0}  # pairs that became one activity, by whether they should
    made = {True: 0, False: 0}
    with scratch.database():
        cpu = scratch.Cpu()
        for number, pair in enumerate(pairs(PAIRS)):
            people = [_person(f"pair {number} {who}") for who in sorted(set(pair.people))]
            for who, data in zip(pair.people, (pair.first, pair.second), strict=True):
                batch = files.begin(people[who], "command")
                files.add_and_process(people[who], batch, f"{number}", data)
            activities = store.read("SELECT 1 FROM activities WHERE user_id = ANY($1)", (people,))
            merged = len(activities) == 1
            made[pair.same] += 1
            found[pair.same] += merged
            right[pair.kind].append(merged == pair.same)
        used = sum(cpu.read())
    for kind, verdicts in right.items():
        print(f"  {kind:<28} {sum(verdicts):>4} of {len(verdicts)}", file=sys.stderr)
    one = found[True] + found[False]
    return [
        figure("pairs", made[True] + made[False], "pairs", "at least 500"),
        figure("pairs of one workout", made[True], "pairs"),
        figure("recall: true pairs found", 100 * found[True] / made[True], "%", "at least 100"),
        figure("precision: of those made one, rightly", 100 * found[True] / max(1, one), "%", "at least 100"),
        figure("false merges", found[False], "pairs", "at most 0"),
        figure("CPU a pair, making the files included", 1000 * used / PAIRS, "ms"),
        *duplicate_crowd.figures(),
    ]


def _person(name: str) -> int:
    with store.session() as session:
        user = User(username=name, password_hash="!", time_zone="UTC")
        session.add(user)
        session.flush()
        return user.id
