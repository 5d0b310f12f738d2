"""A user's rules, each action in its own transaction: try, add, apply, undo."""

from collections.abc import Iterator, Sequence
from typing import Any

from milevault_core import store
from milevault_core.activities import rules as pure
from milevault_core.activities.rules import Change, Facts, Rule
from milevault_core.store.activities import apply_rules as rows

AT_ONCE = 100  # activities per transaction


def try_out(
    user_id: int, conditions: dict[str, Any], actions: dict[str, Any]
) -> tuple[list[Facts], list[Change]]:
    """All activities that a rule would change, and the changes; writes nothing."""
    check(conditions, actions)
    with store.session() as session:
        everything = rows.facts(session, user_id)
    wanted = pure.changes([Rule(0, conditions, actions)], everything)
    touched = {change.activity_id for change in wanted}
    return [facts for facts in everything if facts.id in touched], wanted


def check(conditions: dict[str, Any], actions: dict[str, Any]) -> None:
    """Raises ValueError, with a sentence for the user, for a rule without conditions or actions."""
    if not conditions:
        raise ValueError("Choose at least one condition.")
    if not actions:
        raise ValueError("Choose at least one thing to do.")


def add(user_id: int, conditions: dict[str, Any], actions: dict[str, Any]) -> int:
    """Add a rule, which applies to every import from now on; returns its id. Raises ValueError."""
    check(conditions, actions)
    with store.session() as session:
        return rows.add(session, user_id, conditions, actions)


def apply(user_id: int, rule_id: int, wanted: Sequence[Change]) -> Iterator[int]:
    """Make the changes that `try_out` returned and record them with their rule; yields the number of activities done
    after each transaction."""
    own = [change._replace(rule_id=rule_id) for change in sorted(wanted)]
    ids = list(dict.fromkeys(change.activity_id for change in own))
    for start in range(0, len(ids), AT_ONCE):
        part = set(ids[start : start + AT_ONCE])
        with store.session() as session:
            rows.apply(session, user_id, [c for c in own if c.activity_id in part])
        yield min(start + AT_ONCE, len(ids))


def take_back(user_id: int, rule_id: int) -> None:
    """Undo a rule's changes; edits made since then stay."""
    while True:
        with store.session() as session:
            if not rows.take_back(session, user_id, rule_id):
                return


def set_active(user_id: int, rule_id: int, is_set: bool) -> None:
    """Switch a rule on or off for imports. Raises LookupError."""
    with store.session() as session:
        rows.set_active(session, user_id, rule_id, is_set)


def remove(user_id: int, rule_id: int) -> None:
    """Delete a rule; its changes stay. Raises LookupError."""
    with store.session() as session:
        rows.remove(session, user_id, rule_id)
