"""The folder of real activity files, if it exists. Tests that need it are skipped without it."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "activities"
_folder = Path(os.environ.get("MILEVAULT_SAMPLES") or _BESIDE)
SAMPLES: Path | None = _folder if _folder.is_dir() else None

needs_samples = pytest.mark.skipif(SAMPLES is None, reason="the folder of real activity files is not here")


def sample_files(*suffixes: str) -> list[Path]:
    """Sample files with one of the suffixes (".fit"; all without any), sorted; empty without the folder."""
    if SAMPLES is None:
        return []
    found = (p for p in SAMPLES.iterdir() if p.suffix != ".tsv")
    return sorted(p for p in found if not suffixes or p.suffix.lower() in suffixes)


_REPORTS = _BESIDE.parent / "reports"
REPORTS: Path | None = _REPORTS if _REPORTS.is_dir() else None
needs_reports = pytest.mark.skipif(REPORTS is None, reason="the folder of reported files is not here")
