"""Developer fields: columns that an app on the device (Connect IQ, Stryd, Moxy …) adds and describes itself."""

from typing import Any, Literal, NamedTuple

FIELD_DESCRIPTION = 206
DEVELOPER_DATA_ID = 207
MAX_DESCRIPTIONS = 10_000  # read in one part; a file has at most a few dozen

# Apps by the id they write. Facts from the makers' own files and forums.
APPS = {
    "18fb2cf01a4b430dad66988c847421f4": "Stryd",
    "6957fe6883fe4ed68613413f70624bb5": "CORE",
}


class DeveloperField(NamedTuple):
    """What a file says of one developer field; `base_type` 13 (bytes) when it says nothing."""

    app_index: int  # of the app within the file
    number: int
    name: str = ""
    base_type: int = 13
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    native_message: int | None = None  # the message and field of the profile that it stands for
    native_field: int | None = None


def read_descriptions(data: bytes, layouts, found: dict[tuple[int, int], DeveloperField], done: dict) -> None:
    """Add the field descriptions met since the last call to `found`, by (developer index, field number).

    `done` counts per layout what was read before.
    """
    for layout in layouts:
        if layout.definition.number != FIELD_DESCRIPTION:
            continue
        first = done.get(id(layout), 0)
        done[id(layout)] = len(layout.starts)
        for start in layout.starts[first:MAX_DESCRIPTIONS]:
            described = _read_description(data, start, layout)
            if described is not None:
                found[described.app_index, described.number] = described


def _read_description(data: bytes, start: int, layout) -> DeveloperField | None:
    order: Literal["big", "little"] = "big" if layout.definition.big_endian else "little"
    values: dict[int, Any] = {}
    for number, position, size, base_type in layout.definition.fields:
        raw = data[start + position : start + position + size]
        if base_type == 7:
            values[number] = raw.split(b"\0")[0].decode("utf-8", "replace").strip()
        elif size in (1, 2) and raw != b"\xff" * size:
            values[number] = int.from_bytes(raw, order, signed=number == 7)  # 7 is the offset
    if 0 not in values or 1 not in values:
        return None
    offset = values.get(7, 0)
    offset = 0 if offset == 0x7F else offset  # 127: invalid
    return DeveloperField(
        values[0], values[1], values.get(3) or "", values.get(2, 13), values.get(6) or 1, offset,
        values.get(8) or "", values.get(14), values.get(15),
    )  # fmt: skip
