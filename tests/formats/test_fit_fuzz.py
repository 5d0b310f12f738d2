"""Any bytes give a Reading or BadFile: noise, changed files, and valid files with hostile contents.

`MILEVAULT_MUTANTS=20000` runs longer.
"""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milevault_core.formats import fit
from milevault_core.formats.fit import fallback
from milevault_core.problems import BadFile
from tests.builders import fit as build
from tests.builders.fit import BASES, START, Writer, file_id, records, session
from tests.builders.fit_sports import BEATS, heart_beats, triathlon
from tests.formats.test_contract import check
from tests.formats.test_fit_oracles import BUILT

MUTANTS = int(os.environ.get("MILEVAULT_MUTANTS", "1000"))
PARTS = 4
EXAMPLES = min(300, max(100, MUTANTS // 20))  # as many as test_contract uses for the other formats
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", autouse=True)
def without_fitparse():
    """Leave fitparse out: its exceptions are swallowed anyway, and it is slow."""
    patch = pytest.MonkeyPatch()
    patch.setattr(fallback, "read_tables", lambda data, messages: {})
    yield
    patch.undo()


def read(data: bytes) -> bool:
    """Read and check; False when the file was refused. Any other exception fails the test."""
    try:
        reading = fit.read(data)
    except BadFile as refusal:
        if not str(refusal).endswith("."):
            pytest.fail(f"not a sentence: {refusal}")
        return False
    check(reading)
    return True


@SLOW
@given(st.binary(max_size=400))
def test_noise(data):
    read(data)


@SLOW
@given(st.binary(max_size=400), st.booleans())
def test_noise_behind_a_header(data, known):
    w = file_id(Writer()) if known else Writer()
    read(w.raw(data).file())


SEEDS = [
    *BUILT.values(),
    triathlon(),
    session(heart_beats(file_id(Writer()), BEATS, START), START, 60, 50, 5).file(),
]


@pytest.mark.parametrize("part", range(PARTS))  # so that processes can share them
def test_changed_files(part: int):
    """Bytes changed, removed, inserted, doubled or cut off at random, with a fixed seed."""
    draw = random.Random(11 + part)
    read_at_all = 0
    for k in range(MUTANTS // PARTS):
        data = bytearray(draw.choice(SEEDS))
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(data))
            what = draw.randrange(5)
            if what == 0:
                data[at] = draw.randrange(256)
            elif what == 1:
                del data[at : at + draw.randint(1, 20)]
            elif what == 2:
                data[at:at] = draw.randbytes(draw.randint(1, 20))
            elif what == 3:
                data[at:at] = data[at : at + draw.randint(1, 200)]
            elif k % 4 == 0:
                del data[max(at, 20) :]
        read_at_all += read(bytes(data))
    assert read_at_all > 0.7 * MUTANTS / PARTS  # else this would only test refusals


def values(base: str):
    if base == "string":
        return st.binary(max_size=20)
    if base in ("float32", "float64"):
        return st.floats(width=32 if base == "float32" else 64)
    _, code, _ = BASES[base]
    bits = 8 * {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "q": 8, "Q": 8}[code]
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if code.islower() else (0, 2**bits - 1)
    near = [v for v in (0, 1, 2, 5, START, START + 10, 0xFFFFFFFE, 2**31) if low <= v <= high]
    one = st.none() | st.integers(low, high) | st.sampled_from(near)
    return one | st.lists(one, min_size=1, max_size=9)


FIELD = st.sampled_from(list(BASES)).flatmap(
    lambda base: st.tuples(st.sampled_from([*range(20), 253, 254, 73, 78, 30]), st.just(base), values(base))
)
MESSAGE = st.tuples(
    st.sampled_from([0, 12, 18, 19, 20, 20, 20, 21, 23, 26, 34, 78, 101, 132, 132, 206, 207, 216, 225, 312]),
    st.lists(FIELD, max_size=6),
    st.none() | st.integers(0, 31),
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.sampled_from(["uint8", "uint16", "string"])),
             max_size=2),
)  # fmt: skip


@SLOW
@given(st.lists(MESSAGE, max_size=25), st.booleans(), st.booleans())
def test_valid_files_with_evil_contents(messages, big, complete):
    w = Writer(big=big)
    if complete:
        build.developer_field(file_id(w), 0, 0, "evil", "string", scale=0, offset=-1)
    for number, fields, offset, local, developer in messages:
        own = [(num, index, base, b"x" if base == "string" else 7) for num, index, base in developer]
        w.add(number, *fields, offset=offset, local=local, developer=own)
    if complete:
        session(records(w, 3), START, 3, 9)
    read(w.file())


@SLOW
@given(st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=6), st.lists(st.integers(0, 255), max_size=6))
def test_sessions_and_points_at_any_time(starts, sports):
    w = file_id(Writer())
    for i, start in enumerate(starts):
        w.add(20, (253, "uint32", start), (3, "uint8", 100 + i), local=1)
        sport = sports[i] if i < len(sports) else None
        w.add(18, (2, "uint32", start), (5, "enum", sport), (7, "uint32", 2**32 - 2), local=2)
    data = w.file()
    assert read(data) or not any(starts)
    kept = sum(len(r.track) for r in fit.read(data).recordings) if any(starts) else 0
    assert kept <= len(starts)
