"""`manage.py bench hostile [PART OF A NAME]`: what files that claim more than they hold cost (hostile_files.py).

One process reads each file as a worker does (formats.read, the check for the plan, a photo's thumbnail), and another
hands it over as the app does. CPU and growth of resident memory are measured for these processes.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import figure, scratch
from bench.hostile_files import FILES
from milevault_core import config, store
from milevault_core.store import engine

WORKER_MB, APP_MB = 600, 50
TO_START_S = 1.0  # CPU for loading libraries, which every file here pays for


def run(part: str = "") -> list[dict]:
    figures: list[dict] = []
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder, scratch.database() as user_id:
        dsn = engine.database().dsn
        for name, make in FILES.items():
            if part not in name:
                continue
            file = Path(folder, "file")
            file.write_bytes(make())
            megabytes = file.stat().st_size / 1e6
            read = _measured("read", str(file))
            given = _measured("take", str(file), dsn, str(user_id))
            budget_s = 10 + megabytes + TO_START_S
            said = f"{megabytes:.1f} MB: {read['said']}"
            figures += [
                figure(f"{name}: CPU", read["cpu_s"], "s", f"at most {budget_s:.1f}", said),
                figure(f"{name}: worker", read["growth_mb"], "MB", f"at most {WORKER_MB}"),
                figure(f"{name}: app", given["growth_mb"], "MB", f"at most {APP_MB}", given["said"]),
            ]
    return figures


def _measured(*words: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", __name__, *words], cwd=config.ROOT, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        return {"cpu_s": 0.0, "growth_mb": 1e6, "said": f"ended with {done.returncode}: {done.stderr[-200:]}"}
    return json.loads(done.stdout.splitlines()[-1])


def peak_mb() -> float:
    """Peak resident memory (MB) of this process since `forget_peak`."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024  # type: ignore[index]


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def read_as_worker(data: bytes) -> tuple[float, str]:
    """Everything a worker does with a file before it is stored: the CPU seconds of the most expensive of the three,
    which are separate jobs, and what they say about the file."""
    from milevault_core import formats
    from milevault_core.formats import peek
    from milevault_core.imports import photos
    from milevault_core.problems import BadFile

    said, seconds = [], 0.0
    looks: tuple[Callable[[], object], ...] = (
        lambda: peek.peek(data).kind,
        lambda: len(formats.read(data).recordings),
        lambda: photos.thumbnail(data)[0],
    )
    for look in looks:
        begun = time.process_time()
        try:
            said.append(str(look()))
        except BadFile as error:
            said.append(str(error))
        seconds = max(seconds, time.process_time() - begun)
    return seconds, "; ".join(said)[:150]


def _main(what: str, file: str, dsn: str = "", user_id: str = "") -> None:
    from milevault_core.formats import dispatch
    from milevault_core.imports import archives

    dispatch.load_readers()
    if what == "take":
        store.open(dsn)
        data = b""
    else:
        data = Path(file).read_bytes()
    forget_peak()
    before, seconds = peak_mb(), 0.0
    if what == "take":
        with open(file, "rb") as stream:
            said = f"{len(archives.hand_over(int(user_id), [('file', stream)], 'upload'))} batches"
    else:
        seconds, said = read_as_worker(data)
    print(json.dumps({"cpu_s": seconds, "growth_mb": peak_mb() - before, "said": said}))
    store.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
