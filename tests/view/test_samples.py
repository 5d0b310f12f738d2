"""Every real file can be drawn: no exception, valid JSON, not too big for a browser."""

import json

import pytest

from milevault_core import formats, track
from milevault_core.problems import BadFile
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.activities import series, timeline
from tests.samples import needs_samples, sample_files

pytestmark = [needs_samples, pytest.mark.samples]


@pytest.mark.parametrize("path", sample_files(), ids=lambda p: p.name)
def test_drawn(path):
    try:
        recordings = formats.read(path.read_bytes(), path.name).recordings
    except BadFile:
        return
    for recording in recordings:
        points, _ = track.clean(recording.track)
        spec = timeline.timeline(points, fmt.METRIC, "Europe/Vienna", recording.sport)
        assert len(json.dumps(spec, allow_nan=False)) < 300_000
        for metric in ("", *series.available(points, recording.sport)):
            assert len(map_view.deck(points, metric, fmt.IMPERIAL, recording.sport)) < 400_000
            if metric:
                assert map_view.legend(points, metric, fmt.METRIC, recording.sport).label
