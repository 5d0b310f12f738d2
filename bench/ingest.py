"""`manage.py bench ingest`: what one hour of FIT costs from bytes to committed rows (stage 1) and derived (stage 2),
compared with other readers that only read the same file."""

import gc
import time

import psutil

from bench import figure, scratch
from bench.hour import hour_fit
from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files as imports

WARM, MEASURED = 20, 40


def run() -> list[dict]:
    files = [hour_fit(day) for day in range(WARM + MEASURED)]
    fitparse_s, fitdecode_s = _fitparse_s(files[0]), _fitdecode_s(files[0])
    with scratch.database() as user_id:
        batch = imports.begin(user_id, "command")

        def stage_1(data: bytes, number: int) -> None:
            for item in imports.add(user_id, batch, f"{number}.fit", data):
                imports.process(item)

        for number in range(WARM):
            stage_1(files[number], number)
        clean.clean(user_id)
        gc.freeze()  # as a worker does
        cpu = scratch.Cpu()
        for number in range(WARM, WARM + MEASURED):
            stage_1(files[number], number)
        first = cpu.read()
        cpu = scratch.Cpu()
        clean.clean(user_id)
        second = cpu.read()
        count = int(store.read("SELECT count(*) AS n FROM activities")["n"].iloc[0])
        points = int(store.read("SELECT count(*) AS n FROM activity_data_points")["n"].iloc[0])
        assert count == WARM + MEASURED
        assert points == 3600 * count
        per_point = _bytes_of_points() / points
        originals = store.read("SELECT sum(octet_length(content))::int8 AS n FROM original_files")["n"].iloc[
            0
        ]
    both = (sum(first) + sum(second)) / MEASURED
    return [
        figure("stage 1, our CPU", 1000 * first[0] / MEASURED, "ms"),
        figure("stage 1, PostgreSQL's CPU", 1000 * first[1] / MEASURED, "ms"),
        figure("stage 2, our CPU", 1000 * second[0] / MEASURED, "ms"),
        figure("stage 2, PostgreSQL's CPU", 1000 * second[1] / MEASURED, "ms"),
        figure("stages 1 and 2 of a one-hour FIT, all CPU", 1000 * both, "ms", "at most 35"),
        figure("fitparse's bare reading of it, CPU", 1000 * fitparse_s, "ms"),
        figure("fitdecode's bare reading of it, CPU", 1000 * fitdecode_s, "ms"),
        figure("less CPU than fitparse's bare reading", fitparse_s / both, "times", "at least 9", "fitparse"),
        figure("bytes a point including index", per_point, "bytes", "at most 90"),
        figure("bytes a point of the original, apart", originals / points, "bytes"),
    ]


def _bytes_of_points() -> int:
    """Bytes on disk of the table and its index, with all chunks of a hypertable."""
    hyper = store.read("SELECT count(*) AS n FROM pg_extension WHERE extname = 'timescaledb'")["n"].iloc[0]
    size = (
        "hypertable_size('activity_data_points')"
        if hyper
        else "pg_total_relation_size('activity_data_points')"
    )
    return int(store.read(f"SELECT {size}::int8 AS n")["n"].iloc[0])


def _fitparse_s(data: bytes) -> float:
    import fitparse

    def read() -> None:
        for message in fitparse.FitFile(data).get_messages():
            message.get_values()

    return _best(read)


def _fitdecode_s(data: bytes) -> float:
    try:
        import io

        import fitdecode
    except ImportError:  # installed only with the test packages
        return float("nan")

    def read() -> None:
        with fitdecode.FitReader(io.BytesIO(data)) as reader:
            for _ in reader:
                pass

    return _best(read)


def _best(read, times: int = 3) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        read()
        found.append(time.process_time() - start)
    return min(found)


def resident_mb() -> float:
    return psutil.Process().memory_info().rss / 2**20
