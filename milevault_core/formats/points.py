"""Points of an XML file, gathered column by column while the file streams by."""

import numpy as np

from milevault_core.formats import MAX_POINTS, BadFile, Channel, Problem
from milevault_core.formats.texts import NAT, floats, times
from milevault_core.formats.xml import local_name

MAX_CHANNELS = 32
# Elements inside a point that are no number: groups, words, links.
_NO_NUMBER = frozenset(
    [
        "", "extensions", "trackpointextension", "gpxtpx", "tpx", "position", "name", "cmt", "desc", "src", "sym",
        "type", "fix", "link", "text", "url", "urlname", "sensorstate", "trkpt", "rtept", "trackpoint", "number",
        "trkseg", "heartratebpm",
    ]
)  # fmt: skip
_SKIP: tuple[list[int], list] = ([], [])
# Channels with a unit that is known by the name.
_UNITS = {"hdop": "", "vdop": "", "pdop": "", "sat": "", "depth": "m", "wtemp": "°C", "course": "°",
          "bearing": "°", "geoidheight": "m", "accuracy_horizontal": "m", "accuracy_vertical": "m"}  # fmt: skip


class Points:
    """Texts by column and row; `finish` turns them into arrays.

    names: local names of the elements that are points; columns: local name in lower case -> track column.
    """

    def __init__(self, names: set[str], columns: dict[str, str]):
        self.names, self.wanted = names, columns
        self.count = 0
        self.lat: list[str | None] = []
        self.lon: list[str | None] = []
        self.by_tag: dict[str, tuple[list[int], list]] = {}
        self.texts: dict[str, tuple[list[int], list]] = {}  # by local name in lower case
        self._rows: list[int] = []
        self.unreadable_times = 0
        self.unreadable_positions = 0

    def take(self, element, complete: bool) -> None:
        """Take the points out of `element`; all but its last child when it is not complete yet."""
        if len(element) == 0:
            return
        last = None if complete else element[-1]
        row = self.count - 1
        by_tag, lat, lon, names = self.by_tag, self.lat, self.lon, self.names
        points = {tag for tag in by_tag if local_name(tag) in names}
        for child in element.iterdescendants():
            if child is last:
                break
            tag = child.tag
            if tag in points:
                row += 1
                get = child.get
                lat.append(get("lat"))
                lon.append(get("lon"))
                continue
            column = by_tag.get(tag)
            if column is None:
                column = by_tag[tag] = self._column(tag, child.text)
                if local_name(tag) in names:
                    points.add(tag)
                    row += 1
                    lat.append(child.get("lat"))
                    lon.append(child.get("lon"))
                    continue
            if column is not _SKIP:
                column[0].append(row)
                column[1].append(child.text)
        self.count = row + 1
        if complete:
            del element[:]
        else:
            del element[:-1]
        if self.count > MAX_POINTS:
            raise BadFile(f"The file holds more than {MAX_POINTS:,} points.")

    def _column(self, tag: str, first: str | None) -> tuple[list[int], list]:
        name = local_name(tag).lower()
        if name == "heartratebpm" and (first or "").strip():  # the number itself, without a <Value> around it
            return self.texts.setdefault("value", ([], []))
        if name in _NO_NUMBER or (name not in self.wanted and len(self.texts) > MAX_CHANNELS + 20):
            return _SKIP
        return self.texts.setdefault(name, ([], []))

    def _texts(self, name: str) -> tuple[np.ndarray | slice, list]:
        """(rows, texts) of a column; all rows as a slice where each point has exactly one."""
        rows, texts = self.texts.get(name, ([], []))
        if rows == self._all_rows():
            return slice(None), texts
        index = np.array(rows, dtype=np.int64)
        if len(index) and index[0] < 0:  # before the first point
            keep = int(np.searchsorted(index, 0))
            return index[keep:], texts[keep:]
        return index, texts

    def _all_rows(self) -> list[int]:
        if len(self._rows) != self.count:
            self._rows = list(range(self.count))
        return self._rows

    def _scatter(self, name: str) -> np.ndarray:
        rows, texts = self._texts(name)
        values = floats(texts)
        if isinstance(rows, slice):
            return values
        out = np.full(self.count, np.nan)
        out[rows] = values
        return out

    def finish(self, on_foot: bool = False) -> tuple[dict[str, np.ndarray], list[Channel], int | None]:
        """Columns of the track, channels, and the offset of local time in seconds where the times have one.

        A runner's cadence in steps per minute is halved: the track holds that of one leg.
        """
        columns: dict[str, np.ndarray] = {}
        rows, texts = self._texts("time")
        values, offset = times(texts)
        if isinstance(rows, slice):
            columns["time"] = values
        else:
            columns["time"] = np.full(self.count, NAT, dtype="datetime64[us]")
            columns["time"][rows] = values
        self.unreadable_times = int(np.count_nonzero(np.isnat(values)))
        for name, ours in self.wanted.items():
            if name in self.texts and ours != "time":
                found = self._scatter(name)
                known = columns.get(ours)
                columns[ours] = found if known is None else np.where(np.isnan(known), found, known)
        if "lat" not in columns or any(text is not None for text in self.lat):
            columns["lat"], columns["lon"] = floats(self.lat), floats(self.lon)
            if any(text is not None for text in self.lat):  # TCX without positions is no fault
                self.unreadable_positions = int(np.count_nonzero(np.isnan(columns["lat"] + columns["lon"])))
        if on_foot and "cadence" in columns:
            cadence = columns["cadence"]
            moving = cadence[cadence > 0]
            if len(moving) and np.median(moving) > 120:
                columns["cadence"] = cadence / 2
        return columns, self._channels(), offset

    def _channels(self) -> list[Channel]:
        channels: list[Channel] = []
        with np.errstate(over="ignore"):
            for name in self.texts:
                if name not in self.wanted and len(channels) < MAX_CHANNELS:
                    values = self._scatter(name).astype(np.float32)
                    if np.isfinite(values).any():
                        channels.append(Channel(name, _UNITS.get(name, ""), values))
        return channels

    @staticmethod
    def join(first: list[Channel], n: int, second: list[Channel], m: int) -> list[Channel]:
        """Channels of a track of `n` rows followed by one of `m` rows."""
        units = {c.name: c.unit for c in first + second}
        before, after = {c.name: c.values for c in first}, {c.name: c.values for c in second}

        def missing(k: int) -> np.ndarray:
            return np.full(k, np.nan, dtype=np.float32)

        return [
            Channel(name, unit, np.concatenate([before.get(name, missing(n)), after.get(name, missing(m))]))
            for name, unit in units.items()
        ]

    def problems(self) -> list[Problem]:
        found = []
        if self.unreadable_times:
            text = f"The time of {self.unreadable_times} of the points could not be read."
            found.append(Problem("times_unreadable", text))
        if self.unreadable_positions:
            text = f"{self.unreadable_positions} of the points had no readable position."
            found.append(Problem("positions_unreadable", text))
        return found
