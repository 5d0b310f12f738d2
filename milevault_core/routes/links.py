"""How routes relate to each other: reversed, or several laps of another. A pure function of the two heads."""

from milevault_core.routes.candidates import candidates, order
from milevault_core.routes.matches import Groups
from milevault_core.routes.relation import Relation, relation

LINKED = ("reversed", "rotated_reversed", "laps")


def links(groups: Groups, route: int, others: set[int]) -> dict[int, Relation]:
    """Those of `others` (heads of groups) that are `route` reversed, or laps of it, or that it is laps of."""
    archive = groups.archive
    near = set(candidates(archive, route).tolist()) | set(candidates(archive, route, laps=True).tolist())
    found = {}
    for other in sorted(near & others):
        a, b = sorted((route, other), key=lambda i: order(archive, i))
        how = relation(groups.load(a), groups.load(b))
        if how.kind in LINKED:
            found[other] = how
    return found
