"""Records the slow way, from the sentences of the issue: what recompute.compute must equal."""

from milevault_core.records import KINDS
from milevault_core.records.plausible import NOT_OWN_LEGS


def records(parts):
    """{(kind, sport, indoor, key): [(fingerprint, value, is_season_best), …]} of improvements and season bests,
    and {(fingerprint, kind, key)} that wait. For the kinds over activities."""
    groups: dict[tuple, list] = {}
    for n, part in enumerate(parts):
        if part is None:
            continue
        row, efforts, decisions = part
        said = {(kind, key): decision for kind, key, decision in decisions}
        whole = said.get(("*", 0.0), "")
        if row["sport"] in NOT_OWN_LEGS or row["is_transition"] or whole == "not a record":
            continue
        names = {e[0] for e in efforts}
        for kind, key, value, *_ in efforts:
            if kind.startswith("impossible"):
                continue
            own = said.get((kind, key), "")
            kept = "keep" in (own, whole)
            bad = "impossible" in names or f"impossible_{kind}" in names
            if own == "not a record" or (bad and not kept) or (row["is_virtual"] and KINDS[kind].real_place):
                continue
            entry = (row["start_time"], value, f"{n:05d}", kept, row["local_day"].year)
            groups.setdefault((kind, row["sport"], row["is_indoor"], key), []).append(entry)
    found, waiting = {}, set()
    for group, entries in groups.items():
        kind = KINDS[group[0]]
        counted = []
        for entry in entries:
            if kind.guarded and not entry[3] and _waits(entry, entries):
                waiting.add((entry[2], group[0], group[3]))
            else:
                counted.append(entry)
        sign = 1 if kind.lower_is_better else -1
        counted.sort(key=lambda e: (e[0], sign * e[1], e[2]))
        best, season = None, {}
        rows = []
        for entry in counted:
            year = entry[4]
            if year not in season or sign * entry[1] < sign * season[year][1]:
                season[year] = entry
        for entry in counted:
            better = best is None or sign * entry[1] < sign * best
            if better:
                best = entry[1]
            if better or season[entry[4]] is entry:
                rows.append((entry[2], entry[1], better, season[entry[4]] is entry))
        if rows:
            found[group] = rows
    return found, waiting


def _waits(entry, entries):
    earlier = sum(e[0] < entry[0] for e in entries)
    if earlier < 10:
        return False
    others = sorted(e[1] for e in entries if e is not entry)
    return entry[1] < 0.85 * others[max(2, -(-2 * earlier // 100)) - 1]
