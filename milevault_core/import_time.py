"""How long an import will take, guessed before it from the kind and size of its files, and from how fast this machine
was: at the last import of an archive, else at looking these files through just now."""

from dataclasses import dataclass

# Milliseconds of CPU, ours and the database's: of any file, and of each megabyte of it. Measured (`manage.py bench
# import` and hours of FIT, GPX and TCX); what counts is how they compare, the pace of the machine is a factor on all.
IMPORT_MS = {"fit": (24.0, 75.0), "xml": (26.0, 50.0), "kept": (10.0, 15.0)}
LOOK_MS = {"fit": (0.2, 5.3), "xml": (0.2, 1.7), "kept": (0.2, 5.3)}
SLOWEST, FASTEST = 6.0, 0.3  # paces that are believed: a few files tell little
ENOUGH = 50  # files of an import that tell the pace


@dataclass
class Work:
    """What files take at the usual pace, in seconds of one worker."""

    import_s: float = 0.0
    look_s: float = 0.0

    def add(self, kind: str, size_bytes: float, files: int = 1) -> "Work":
        """Count files of a kind ("fit", "xml", or "kept" for what is not read) and of a size together."""
        for name, (each, megabyte) in (("import_s", IMPORT_MS[kind]), ("look_s", LOOK_MS[kind])):
            more = (files * each + size_bytes / 1e6 * megabyte) / 1000
            setattr(self, name, getattr(self, name) + more)
        return self


def kind_of(data: bytes) -> str:
    """The kind of an activity's unpacked bytes."""
    return "fit" if data[8:12] == b".FIT" else "xml"


def pace_of_looking(took_s: float, looked: Work) -> float:
    """How many times the usual time this machine needs, by how long it has just looked."""
    return min(SLOWEST, max(FASTEST, took_s / looked.look_s)) if looked.look_s > 0 else 1.0


def pace_of_import(took_s: float, workers: int, done: Work) -> float:
    """The same by an import that took so long with so many workers."""
    return min(SLOWEST, max(FASTEST, took_s * workers / done.import_s)) if done.import_s > 0 else 1.0
