"""The descriptions of developer fields in a file. They are read during the scan, because definitions depend on them."""

from collections.abc import Iterable

from milevault_core.formats.fit.developer import DeveloperField
from milevault_core.formats.fit.layout import Layout
from milevault_core.formats.fit.plan import Plan, plan_for
from milevault_core.formats.fit.values import text

FIELD_DESCRIPTION = 206
MAX_DESCRIPTIONS = 10_000  # read per layout; a real file has at most a few dozen
_NO_OFFSET = 0x7F  # some programs do not declare the offset as the signed byte that it is


def read_descriptions(
    data: bytes, layouts: Iterable[Layout], found: dict[tuple[int, int], DeveloperField], done: dict[int, int]
) -> None:
    """Add the field descriptions that are new since the last call to `found`, by (developer index, field number).

    `done`: how many messages of each layout have been read already.
    """
    for layout in layouts:
        first = done.get(id(layout), 0)
        if layout.definition.number == FIELD_DESCRIPTION and len(layout.starts) > first:
            done[id(layout)] = len(layout.starts)
            plan = plan_for(layout.definition, everything=False)
            for start in layout.starts[first:MAX_DESCRIPTIONS]:
                described = _described(plan, data, start)
                if described is not None:
                    found[described.app_index, described.number] = described


def _described(plan: Plan, data: bytes, start: int) -> DeveloperField | None:
    stored = plan.singles.unpack_from(data, start + 1)
    numbers = {
        name: value
        for (name, invalid, *_), value in zip(plan.integers, stored, strict=True)
        if value != invalid
    }
    words = plan.rest.unpack_from(data, start + 1)
    texts = {entry.name: text(words[entry.place]) for entry in plan.others if entry.code == "S"}
    if "developer_data_index" not in numbers or "field_definition_number" not in numbers:
        return None
    offset = numbers.get("offset", 0)
    return DeveloperField(
        numbers["developer_data_index"],
        numbers["field_definition_number"],
        (texts.get("field_name") or "").strip(),
        numbers.get("fit_base_type_id", 13),
        numbers.get("scale") or 1,
        0 if offset == _NO_OFFSET else offset,
        (texts.get("units") or "").strip(),
        numbers.get("native_mesg_num"),
        numbers.get("native_field_num"),
    )
