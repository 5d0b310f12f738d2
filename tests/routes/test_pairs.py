"""The shipped labelled pairs are unchanged, and judged as the figures say."""

from functools import cache

import numpy as np
import pytest

from bench import route_pairs, route_peers, routes
from bench.route_pairs import CLASSES
from milevault_core.routes.relation import SAME_WAY


@cache
def shipped() -> list[route_pairs.Pair]:
    return route_pairs.load()


def test_the_file_is_the_one_the_figures_are_about():
    assert route_pairs.digest() == route_pairs.SHA256
    assert route_pairs.FILE.stat().st_size < 3_000_000
    for half in (0, 1):
        pairs = [p for p in shipped() if p.base % 2 == half]
        assert len(pairs) >= 500
        assert {p.name for p in pairs} == set(CLASSES)
    assert len(CLASSES) == 18


def test_a_small_set_survives_being_written_and_read():
    data = route_pairs.generate(seed=1, bases=2)
    pairs = route_pairs.load(data)
    assert data == route_pairs.generate(seed=1, bases=2)
    assert [p.name for p in pairs if p.base == 0] == list(CLASSES)
    assert all((np.diff(t.seconds) > 0).all() for p in pairs for t in (p.a, p.b))


@pytest.mark.parametrize("half", [0, 1])
def test_precision_and_recall(half):
    pairs = [p for p in shipped() if p.base % 2 == half]
    kinds = [routes.kind_of(p) for p in pairs]
    precision, recall = routes.scores(pairs, [k in SAME_WAY for k in kinds])
    assert precision >= 0.99
    assert recall >= 0.99
    assert np.mean([k == CLASSES[p.name] for k, p in zip(kinds, pairs, strict=True)]) >= 0.99


def test_the_peers_rules_do_worse_on_the_same_pairs():
    pairs = [p for p in shipped() if p.base % 2]
    for rule in (route_peers.seed_rule, route_peers.start_end_rule):
        precision, recall = routes.scores(pairs, [rule(p.a, p.b) for p in pairs])
        assert 2 * precision * recall / (precision + recall) < 0.95


def test_the_speed_bench_runs_on_a_small_archive():
    rows, loop_ms = routes.speed(stored=120, new=8)
    assert loop_ms > 0
    assert {"name", "value", "unit", "budget", "ok", "against"} == set(rows[0])
    assert all(np.isfinite(r["value"]) for r in rows)
