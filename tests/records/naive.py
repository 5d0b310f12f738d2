"""Records computed the slow way, straight from the specification: recompute.compute must give the same."""

from milevault_core.records import KINDS
from milevault_core.records.plausible import NOT_OWN_LEGS
from tests.records.histories import window


def records(parts):
    """{(kind, sport, indoor, key): [(fingerprint, value, is_season_best), …]} of improvements and season bests,
    and {(fingerprint, kind, key)} of those that wait, for the kinds over activities."""
    groups: dict[tuple, list] = {}
    for n, part in enumerate(parts):
        if part is None:
            continue
        row, efforts, decisions = part
        whole = next((decision for kind, _, decision in decisions if kind == "*"), "")
        alone = row["sport"] in NOT_OWN_LEGS or row["is_transition"] or row["date_doubted"]
        if alone or whole == "not a record":
            continue
        names = {e[0] for e in efforts}
        for kind, key, value, t0, t1, _ in efforts:
            if kind.startswith("impossible"):
                continue
            own = ""
            for about in decisions:
                if about[0] != "*" and _concerns(about, efforts, (kind, key, t0, t1)):
                    own = about[2]
            kept = "keep" in (own, whole)
            bad = "impossible" in names or f"impossible_{kind}" in names
            if own == "not a record" or (bad and not kept) or (row["is_virtual"] and KINDS[kind].real_place):
                continue
            entry = (row["start_time"], value, f"{n:05d}", kept, row["local_day"].year, (t0, t1))
            groups.setdefault((kind, row["sport"], row["is_indoor"], key), []).append(entry)
    doubted = {
        (entry[2], group)
        for group, entries in groups.items()
        for entry in entries
        if not entry[3] and _doubted(group, entry, groups)
    }
    found, waiting = {}, set()
    for group, entries in groups.items():
        kind = KINDS[group[0]]
        counted = []
        for entry in entries:
            if not entry[3] and any(
                _touches(entry, kind.stretch, t) for t in _stretches(entry[2], doubted, groups)
            ):
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


def _concerns(decision, efforts, effort) -> bool:
    kind, key, t0, t1 = effort
    begin, end = window(efforts, decision)
    if not KINDS[decision[0]].stretch or begin != begin:
        return decision[:2] == (kind, key)
    return KINDS[kind].stretch == KINDS[decision[0]].stretch and _overlap((t0, t1), (begin, end))


def _overlap(one, other) -> bool:
    return one == other or min(one[1], other[1]) > max(one[0], other[0])


def _stretches(name, doubted, groups):
    """(kind of stretch, window) of the doubted efforts of one activity; those that overlap are merged."""
    windows = []
    for fingerprint, group in doubted:
        if fingerprint == name:
            entry = next(e for e in groups[group] if e[2] == name)
            windows.append((KINDS[group[0]].stretch, entry[5]))
    while True:
        for a in range(len(windows)):
            for b in range(a + 1, len(windows)):
                if windows[a][0] == windows[b][0] and _overlap(windows[a][1], windows[b][1]):
                    (what, one), (_, other) = windows[a], windows[b]
                    both = (what, (min(one[0], other[0]), max(one[1], other[1])))
                    windows = [w for n, w in enumerate(windows) if n not in (a, b)] + [both]
                    break
            else:
                continue
            break
        else:
            return windows


def _touches(entry, of, stretch) -> bool:
    return bool(of) and stretch[0] == of and _overlap(entry[5], stretch[1])


def _doubted(group, entry, groups) -> bool:
    kind = KINDS[group[0]]
    if kind.guard is None:
        return False
    entries, own = groups[group], entry
    if kind.guard.against == "shortest":
        keys = [g[3] for g in groups if g[:3] == group[:3]]
        entries = groups[(*group[:3], min(keys))]
        own = next((e for e in entries if e[2] == entry[2]), None)
        if own is None:
            return False
    sign = 1 if kind.lower_is_better else -1
    earlier = sum(e[0] < own[0] for e in entries)
    if earlier < 10:
        return False
    others = sorted(sign * e[1] for e in entries if e is not own)
    usual = sign * others[max(2, -(-2 * earlier // 100)) - 1]
    share = 1 - entry[1] / usual if kind.lower_is_better else entry[1] / usual - 1
    return share > kind.guard.margin(group[3])
