"""Estimate how long an import will take, from the kinds and sizes of its files and from the speed of this machine: in
the last import of an archive or, without one, in looking through these files just now."""

from dataclasses import dataclass

# Milliseconds of CPU, ours and the database's: (per file, per megabyte). Measured with `manage.py bench import` and
# hours of FIT, GPX and TCX. Only their ratios matter: the machine's speed is a factor on all of them.
IMPORT_MS = {"fit": (24.0, 75.0), "xml": (26.0, 50.0), "kept": (10.0, 15.0)}
LOOK_MS = {"fit": (0.2, 5.3), "xml": (0.2, 1.7), "kept": (0.2, 5.3)}
SLOWEST, FASTEST = 6.0, 0.3  # limits of a believable pace: measuring a few files is imprecise
ENOUGH = 50  # files of an import before the pace is taken from it


@dataclass
class Work:
    """How long files take at the reference pace, in seconds of one worker."""

    import_s: float = 0.0
    look_s: float = 0.0

    def add(self, kind: str, size_bytes: float, files: int = 1) -> "Work":
        """Add files of a kind ("fit", "xml", or "kept" for files that are only stored); `size_bytes`: of all of
        them together."""
        for name, (each, megabyte) in (("import_s", IMPORT_MS[kind]), ("look_s", LOOK_MS[kind])):
            more = (files * each + size_bytes / 1e6 * megabyte) / 1000
            setattr(self, name, getattr(self, name) + more)
        return self


def kind_of(data: bytes) -> str:
    """The kind of an activity's unpacked bytes."""
    return "fit" if data[8:12] == b".FIT" else "xml"


def pace_of_looking(took_s: float, looked: Work) -> float:
    """This machine's time divided by that of the reference pace, from how long looking took just now."""
    return min(SLOWEST, max(FASTEST, took_s / looked.look_s)) if looked.look_s > 0 else 1.0


def pace_of_import(took_s: float, workers: int, done: Work) -> float:
    """The same, from the duration of an import and its number of workers."""
    return min(SLOWEST, max(FASTEST, took_s * workers / done.import_s)) if done.import_s > 0 else 1.0
