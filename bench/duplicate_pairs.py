"""Pairs of files of the same workout, and pairs that only look alike, made from the invented athlete.

    same        one workout as FIT, TCX and GPX; its start moved by up to 120 s; recorded more coarsely; cropped by
                up to 5 %; shifted by whole hours; by a second device with its own errors; indoors; short; and mixtures
    look-alike  repeats of an interval, laps of one loop on a day, two people, a triathlon's parts, equal indoor files
                on one day, equal loops five minutes apart, a commute there and back, short laps that touch

This file was written before the thresholds of milevault_core/activities (its commit is older), and is independent of
them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from bench.duplicate_changes import coarser, cropped, cut, moved, other_device, there_and_back, without_track
from milevault_core.demo import plan
from milevault_core.demo.activity import build
from milevault_core.demo.athlete import sized
from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from milevault_core.demo.made import Activity
from milevault_core.demo.tcx_writer import write_tcx as tcx

HOUR = 3600


@dataclass(frozen=True)
class Pair:
    """Two files as they would be imported; `people`: the owner of each."""

    kind: str
    same: bool
    first: bytes
    second: bytes
    people: tuple[int, int] = (0, 0)


class Workouts:
    """Workouts of the invented athlete by kind; all are used once before any is used again."""

    def __init__(self, seed: int) -> None:
        self.athlete = sized("S", seed=seed)[0]
        life = replace(self.athlete, activities=min(self.athlete.days, 100))
        self.sessions = [s for s in plan.sessions(life) if s.hours <= 1.6]
        self._taken: dict[str, int] = {}

    def take(self, *kinds: str) -> Activity:
        fitting = [s for s in self.sessions if s.kind in kinds]
        key = " ".join(kinds)
        number = self._taken[key] = self._taken.get(key, -1) + 1
        session = fitting[number % len(fitting)]
        # On another day in each round, so that no two pairs share a file.
        again = replace(session, day=session.day - timedelta(days=200 * (number // len(fitting))))
        return build(self.athlete, again)

    def again(self, made: Activity, later_s: int) -> Activity:
        """The same route again on the same day, run anew, with a different pace and noise."""
        session = replace(made.session, start_s=(made.session.start_s + later_s) % 86_400)
        return replace(build(self.athlete, session), start=made.start + later_s)


GPS = ("easy", "tempo", "long", "commute", "intervals", "hike", "open_water", "race")
INDOOR = ("treadmill", "trainer")


def pairs(count: int = 600, seed: int = 7) -> Iterator[Pair]:
    """`count` pairs, about half of them true ones and half look-alikes."""
    workouts, rng = Workouts(seed), np.random.default_rng(seed)
    makers = [*SAME, *LOOK_ALIKES]
    for number in range(count):
        yield makers[number % len(makers)](workouts, rng)


def _formats(
    rng: np.random.Generator, *which: Callable[[Activity], bytes]
) -> list[Callable[[Activity], bytes]]:
    chosen = [which[i] for i in rng.permutation(len(which))]
    return chosen[:2]


def _pair(kind: str, same: bool, rng, a: Activity, b: Activity, people=(0, 0)) -> Pair:
    """Two activities in two formats that can hold them, sometimes in the same one, in either order."""
    holds = [fit, tcx, gpx] if "lat" in a.columns and "lat" in b.columns else [fit, tcx]
    write_a, write_b = _formats(rng, *holds)
    if not same and rng.random() < 0.5:
        write_b = write_a
    files = (write_a(a), write_b(b))
    if rng.random() < 0.5:
        files, people = files[::-1], people[::-1]
    return Pair(kind, same, *files, people=people)


def same_formats(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    return _pair("two formats", True, rng, made, made)


def same_moved(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    return _pair(
        "start moved", True, rng, made, moved(made, int(rng.integers(1, 121)) * int(rng.choice([-1, 1])))
    )


def same_coarser(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    return _pair("resampled", True, rng, made, coarser(made, rng))


def same_cropped(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    share = rng.uniform(0.005, 0.05)
    front = share * rng.random()
    return _pair("cropped", True, rng, made, cropped(made, front, share - front))


def same_zone(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    hours = int(rng.integers(1, 13)) * int(rng.choice([-1, 1]))
    second = moved(made, hours * HOUR)
    if rng.random() < 0.5:
        second = coarser(second, rng)
    if rng.random() < 0.5:
        second = cropped(second, rng.uniform(0, 0.025), rng.uniform(0, 0.025))
    return _pair("time zone", True, rng, made, second)


def same_device(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    return _pair("second device", True, rng, made, other_device(made, rng))


def same_all(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    second = coarser(other_device(made, rng), rng)
    second = cropped(second, rng.uniform(0, 0.025), rng.uniform(0, 0.025))
    return _pair("all at once", True, rng, made, moved(second, int(rng.integers(-120, 121))))


def same_indoor(w: Workouts, rng) -> Pair:
    made = w.take(*INDOOR)
    second = other_device(made, rng) if rng.random() < 0.5 else made
    second = cropped(second, 0, rng.uniform(0, 0.025)) if rng.random() < 0.5 else second
    return _pair("indoor", True, rng, made, moved(second, int(rng.integers(-120, 121))))


def same_indoor_cropped(w: Workouts, rng) -> Pair:
    made = w.take(*INDOOR)
    second = coarser(cropped(made, rng.uniform(0, 0.025), rng.uniform(0, 0.025)), rng)
    return _pair("indoor, cropped", True, rng, made, second)


def same_gym(w: Workouts, rng) -> Pair:
    made = w.take("strength", "pool")
    return _pair("gym and pool", True, rng, made, moved(made, int(rng.integers(-120, 121))))


def same_strap(w: Workouts, rng) -> Pair:
    """A device without GPS and one with it."""
    made = w.take("easy", "tempo", "commute")
    return _pair("one without track", True, rng, made, moved(without_track(made), int(rng.integers(-60, 61))))


def same_short(w: Workouts, rng) -> Pair:
    """Two to four minutes long, with one clock off by up to two minutes: the files overlap a little or a lot."""
    made = w.take(*(GPS if rng.random() < 0.7 else INDOOR))
    length = int(rng.integers(135, 240))
    at = int(rng.integers(0, max(1, made.elapsed_s - length)))
    made = cut(made, at, at + length)
    second = other_device(made, rng) if rng.random() < 0.5 else made
    later = int(rng.integers(1, 121)) * int(rng.choice([-1, 1]))
    return _pair("short, start moved", True, rng, made, moved(second, later))


def unlike_touching(w: Workouts, rng) -> Pair:
    """A loop of one to four minutes run repeatedly, one file per lap: each begins where the other ends, or a second or
    two before."""
    made = w.take(*(GPS if rng.random() < 0.7 else INDOOR))
    length, gap = int(rng.integers(60, 240)), int(rng.integers(-2, 6))
    at = int(rng.integers(0, max(1, made.elapsed_s - length)))
    first = cut(made, at, at + length)
    second = other_device(first, rng) if rng.random() < 0.5 else first
    return _pair("laps that touch", False, rng, first, moved(second, length + gap))


def unlike_repeats(w: Workouts, rng) -> Pair:
    """Two repeats of one interval as separate files: the same stretch at the same pace, minutes apart."""
    made = w.take("intervals")
    length, gap = int(rng.integers(45, 240)), int(rng.integers(60, 181))
    at = int(rng.integers(0, made.elapsed_s // 3))
    first = cut(made, at, at + length)
    return _pair("interval repeats", False, rng, first, moved(first, length + gap))


def unlike_repeats_run(w: Workouts, rng) -> Pair:
    made = w.take("intervals")
    length, gap = int(rng.integers(60, 300)), int(rng.integers(60, 181))
    at = int(rng.integers(0, made.elapsed_s // 3))
    return _pair("interval repeats", False, rng, cut(made, at, at + length),
                 cut(made, at + length + gap, at + 2 * length + gap))  # fmt: skip


def unlike_laps(w: Workouts, rng) -> Pair:
    """One loop, run twice on the same day."""
    made = w.take("easy", "tempo", "long")
    return _pair(
        "laps of a loop", False, rng, made, w.again(made, made.elapsed_s + int(rng.integers(120, 6 * HOUR)))
    )


def unlike_hourly_laps(w: Workouts, rng) -> Pair:
    """The same at exactly whole hours, as in a backyard race."""
    made = w.take("easy", "tempo")
    return _pair("laps on the hour", False, rng, made, w.again(made, HOUR * (1 + made.elapsed_s // HOUR)))


def unlike_five_minutes(w: Workouts, rng) -> Pair:
    """Exactly the same points, starting five minutes after the end of the first, or after its start."""
    made = w.take("easy", "tempo", "long", "commute")
    later = 300 if rng.random() < 0.5 else made.elapsed_s + 300
    return _pair("equal loops, five minutes", False, rng, made, moved(made, later))


def unlike_people(w: Workouts, rng) -> Pair:
    made = w.take(*GPS)
    second = other_device(made, rng) if rng.random() < 0.5 else made
    return _pair("two people", False, rng, made, second, people=(0, 1))


def unlike_triathlon(w: Workouts, rng) -> Pair:
    """Two legs one after the other, with a transition of up to five minutes."""
    swim, bike = w.take("open_water", "pool"), w.take("long", "easy", "commute")
    bike = replace(bike, start=swim.start + swim.elapsed_s + int(rng.integers(0, 300)))
    if rng.random() < 0.5:
        run = w.take("easy", "tempo")
        return _pair("triathlon", False, rng, bike, replace(run, start=bike.start + bike.elapsed_s + 60))
    return _pair("triathlon", False, rng, swim, bike)


def unlike_indoor(w: Workouts, rng) -> Pair:
    """Two equal indoor files on one day: whole hours apart, or just after each other."""
    made = w.take(*INDOOR)
    whole = HOUR * (1 + made.elapsed_s // HOUR) * int(rng.integers(1, 4))
    later = whole if rng.random() < 0.5 else made.elapsed_s + int(rng.integers(60, 3 * HOUR))
    return _pair("equal indoor files", False, rng, made, moved(made, later))


def unlike_commute(w: Workouts, rng) -> Pair:
    made = w.take("commute", "easy")
    pause = int(rng.integers(60, 10 * HOUR))
    if rng.random() < 0.3:
        pause = (-made.elapsed_s) % HOUR + HOUR * int(rng.integers(0, 9))  # on the hour
    return _pair("there and back", False, rng, made, there_and_back(made, pause))


SAME = (same_formats, same_moved, same_coarser, same_cropped, same_zone, same_device, same_all, same_indoor,
        same_indoor_cropped, same_gym, same_strap, same_short)  # fmt: skip
LOOK_ALIKES = (unlike_repeats, unlike_repeats_run, unlike_laps, unlike_hourly_laps, unlike_five_minutes,
               unlike_people, unlike_triathlon, unlike_indoor, unlike_commute, unlike_touching)  # fmt: skip
