"""`manage.py bench memory`: a worker's resident memory over 300 imports."""

import gc

import psutil

from bench import figure, scratch
from bench.hour import hour_fit
from bench.ingest import resident_mb
from milevault_core.derive import clean
from milevault_core.imports import files as imports


def run() -> list[dict]:
    with scratch.database() as user_id:
        batch = imports.begin(user_id, "command")
        early = 0.0
        for number in range(300):
            for item in imports.add(user_id, batch, f"{number}.fit", hour_fit(number)):
                imports.process(item)
            clean.clean(user_id)
            if number == 19:
                gc.collect()
                early = resident_mb()
        gc.collect()
        late = resident_mb()
        # The system decides how much of a library's file is mapped: it differs by tens of megabytes between two
        # installations of the same packages.
        files = getattr(psutil.Process().memory_info(), "shared", 0) / 2**20  # not on every system
    return [
        figure("resident memory after 20 imports", early, "MB"),
        figure("resident memory after 300 imports", late, "MB", "at most 250"),
        figure("of it, pages of files (libraries), one copy for all processes", files, "MB"),
        figure("growth from 20 to 300 imports", late - early, "MB", "at most 20"),
    ]
