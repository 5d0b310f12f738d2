"""The points of an XML file, collected column by column while the file is streamed."""

from bisect import bisect_left

import numpy as np

from milevault_core.formats.readers import MAX_POINTS
from milevault_core.formats.recording import Channel
from milevault_core.formats.texts import NAT, Times, floats
from milevault_core.formats.xml import local_name
from milevault_core.problems import BadFile, Problem, thousands

MAX_CHANNELS = 32
READ_AT = 10_000  # points
_LAT, _LON = "@lat", "@lon"  # the attributes, as opposed to elements of the same name
# Elements inside a point that are not numbers: groups, words, links.
_NO_NUMBER = frozenset(
    [
        "", "extensions", "trackpointextension", "gpxtpx", "tpx", "position", "name", "cmt", "desc", "src", "sym",
        "type", "fix", "link", "text", "url", "urlname", "sensorstate", "trkpt", "rtept", "trackpoint", "number",
        "trkseg", "heartratebpm",
    ]
)  # fmt: skip
_SKIP: tuple[list[int], list] = ([], [])
# Channels whose unit is known from their name.
_UNITS = {"hdop": "", "vdop": "", "pdop": "", "sat": "", "depth": "m", "wtemp": "°C", "course": "°",
          "bearing": "°", "geoidheight": "m", "accuracy_horizontal": "m", "accuracy_vertical": "m"}  # fmt: skip


class Points:
    """Collects texts by column and row and parses them into arrays every READ_AT points; `finish` joins the arrays.

    names: local names of the elements that are points; columns: local name in lower case -> track column.
    """

    def __init__(self, names: set[str], columns: dict[str, str]):
        self.names, self.wanted = names, columns
        self.count = 0
        self.lat: list[str | None] = []
        self.lon: list[str | None] = []
        self.by_tag: dict[str, tuple[list[int], list]] = {}
        self.texts: dict[str, tuple[list[int], list]] = {}  # by local name in lower case
        self.unreadable_times = 0
        self.unreadable_positions = 0
        self._times = Times()
        self._has_positions = False
        self._read = 0  # points whose texts have been parsed
        self._arrays: dict[
            str, list[tuple[np.ndarray | slice, np.ndarray]]
        ] = {}  # rows and values by local name

    def take(self, element, complete: bool) -> None:
        """Move the points out of `element`, except its last child while the element is not complete. Raises BadFile for
        too many points."""
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
                column = by_tag[tag] = self._texts_of(tag, child.text)
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
            raise BadFile(f"The file holds more than {thousands(MAX_POINTS)} points.")
        if self.count - self._read >= READ_AT:
            self._read_texts()

    def _texts_of(self, tag: str, first: str | None) -> tuple[list[int], list]:
        name = local_name(tag).lower()
        if name == "heartratebpm" and (first or "").strip():  # the number directly, without <Value> around it
            return self.texts.setdefault("value", ([], []))
        if name in _NO_NUMBER or (name not in self.wanted and len(self.texts) > MAX_CHANNELS + 20):
            return _SKIP
        return self.texts.setdefault(name, ([], []))

    def _read_texts(self) -> None:
        """Parse the texts collected since the last call, because they take ten times the memory of their values."""
        every = list(range(self._read, self.count))
        each = slice(self._read, self.count)
        for name, (rows, texts) in self.texts.items():
            if rows and rows[0] < 0:  # before the first point
                keep = bisect_left(rows, 0)
                del rows[:keep], texts[:keep]
            if not rows:
                continue
            values = self._times.read(texts) if name == "time" else floats(texts)
            self._keep(name, each if rows == every else np.array(rows, dtype=np.int32), values)
            rows.clear()
            texts.clear()
        for name, texts in ((_LAT, self.lat), (_LON, self.lon)):
            if texts.count(None) < len(texts):
                self._has_positions |= name == _LAT
                self._keep(name, each, floats(texts))
            texts.clear()
        self._read = self.count

    def _keep(self, name: str, rows: np.ndarray | slice, values: np.ndarray) -> None:
        self._arrays.setdefault(name, []).append((rows, values))

    def _column(self, name: str) -> np.ndarray:
        """A column for all points, with NaN or NaT where a point has no value."""
        parts = self._arrays.get(name, [])
        if len(parts) == 1 and len(parts[0][1]) == self.count and isinstance(parts[0][0], slice):
            return parts[0][1]
        out = np.full(self.count, NAT if name == "time" else np.nan)
        for rows, values in parts:
            out[rows] = values
        return out

    def finish(self, on_foot: bool = False) -> tuple[dict[str, np.ndarray], list[Channel], int | None]:
        """Track columns, channels, and the UTC offset of local time in seconds where the times have one.

        A running cadence in steps per minute is halved, because the track counts one leg only.
        """
        self._read_texts()
        columns = {"time": self._column("time")}
        self.unreadable_times = sum(
            int(np.count_nonzero(np.isnat(v))) for _, v in self._arrays.get("time", ())
        )
        for name, ours in self.wanted.items():
            if name in self.texts and ours != "time":
                found = self._column(name)
                known = columns.get(ours)
                columns[ours] = found if known is None else np.where(np.isnan(known), found, known)
        if "lat" not in columns or self._has_positions:
            columns["lat"], columns["lon"] = self._column(_LAT), self._column(_LON)
            if self._has_positions:  # TCX without positions is fine
                self.unreadable_positions = int(
                    np.count_nonzero(np.isnan(columns["lat"]) | np.isnan(columns["lon"]))
                )
        if on_foot and "cadence" in columns:
            cadence = columns["cadence"]
            moving = cadence[cadence > 0]
            if len(moving) and np.median(moving) > 120:
                columns["cadence"] = cadence / 2
        return columns, self._channels(), self._times.offset

    def _channels(self) -> list[Channel]:
        channels: list[Channel] = []
        for name in self.texts:
            if name in self._arrays and name not in self.wanted and len(channels) < MAX_CHANNELS:
                with np.errstate(over="ignore"):
                    values = self._column(name).astype(np.float32)
                if np.isfinite(values).any():
                    channels.append(Channel(name, _UNITS.get(name, ""), values))
        return channels

    @staticmethod
    def join(parts: list[list[Channel]], sizes: list[int]) -> list[Channel]:
        """Concatenate the channels of several tracks; `sizes`: the number of rows of each track."""
        units = {channel.name: channel.unit for part in parts for channel in part}
        values = [{channel.name: channel.values for channel in part} for part in parts]

        def of(name: str) -> np.ndarray:
            missing = (np.full(n, np.nan, dtype=np.float32) for n in sizes)
            return np.concatenate([v.get(name, none) for v, none in zip(values, missing, strict=True)])

        return [Channel(name, unit, of(name)) for name, unit in list(units.items())[:MAX_CHANNELS]]

    def problems(self) -> list[Problem]:
        """Problems that count the times and positions that could not be read."""
        found = []
        if self.unreadable_times:
            text = f"The time of {self.unreadable_times} of the points could not be read."
            found.append(Problem("times_unreadable", text))
        if self.unreadable_positions:
            text = f"{self.unreadable_positions} of the points had no readable position."
            found.append(Problem("positions_unreadable", text))
        return found
