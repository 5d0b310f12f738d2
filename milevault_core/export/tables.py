"""The tables and rows that belong to a user, and the tables whose ids ("numbers") their columns refer to.

The tables are read from the live schema, as for a backup: a new table is exported, and a test fails until somebody has
decided about it. Ids are valid in one database only; read.py replaces all of them.
"""

from dataclasses import dataclass

import psycopg

from milevault_core.backup import tables as logical
from milevault_core.backup.tables import Column, quoted

# Tables that are never exported, with the reason. (Tables that a backup leaves out are not considered at all.)
STAYS = {
    "users": "settings.json has the columns that can be exported",
    "two_factor": "sign-in on this server",
    "recovery_codes": "sign-in on this server",
    "identities": "sign-in on this server",
    "garmin_connect_configs": "holds a token; connect again",
    "upload_tokens": "keys of this server",
    "watched_files": "files of this server",
    "server_settings": "belongs to the server",
    "deleted_accounts": "belongs to the server",
    "derive_versions": "belongs to the server",
    "derive_revisions": "counts changes on this server",
    "dirty_activities": "pending work; the importing server marks everything again",
    "dirty_days": "pending work",
    "dirty_steps": "pending work",
    "set_aside": "work that failed on this server",
    "record_seen": "state of the records' step, which runs again",
    "activities_before": "activities before they were read again, as packed rows",
    "uploads": "archives still being uploaded",
    "upload_notes": "archives still being uploaded",
}
ACTIVITY = "activities"
ROUTE = "a route"  # its id is an activity's id, or minus a course's id
# Column -> the table whose ids it has.
NUMBERS = {
    "activity_id": ACTIVITY,
    "home_id": ACTIVITY,
    "trashed_id": ACTIVITY,
    "import_id": "imports",
    "original_id": "original_files",
    "item_id": "import_items",
    "gear_id": "gear_items",
    "part_of": "gear_items",
    "rule_id": "rules",
    "segment_id": "route_segments",
}
# Columns in specific tables whose name does not tell the table, or tells another one.
NUMBERS_OF = {
    "route_members": dict.fromkeys(
        ("activity_id", "route", "leader", "medoid", "head", "home", "rest"), ROUTE
    ),
    "named_routes": {"id": ROUTE},
    "route_links": {"route": ROUTE, "other": ROUTE},
    "route_overrides": {"activity_id": ROUTE, "anchor": ROUTE},
}
COURSES = "route_courses"
LISTS = {"import_items": {"activities": ACTIVITY}}  # arrays of ids


@dataclass(frozen=True)
class Within:
    """An id in a JSON column, stored under a key."""

    column: str
    name: str
    of: str  # the table whose id it is
    packed: str = ""  # for a text column: SQL condition that it is JSON, as json.dumps writes it

    def old(self) -> str:
        """SQL expression for the id; NULL in a row without one."""
        number = f"({quoted(self.column)}::jsonb ->> '{self.name}')::bigint"
        return f"CASE WHEN {self.packed} THEN {number} END" if self.packed else number

    def with_new(self) -> str:
        """SQL expression for the column's value with the id replaced by n.new."""
        if not self.packed:
            return f"jsonb_set({quoted(self.column)}, '{{{self.name}}}', to_jsonb(n.new))"
        return f"""regexp_replace({quoted(self.column)}, '("{self.name}": )[0-9]+', '\\1' || n.new)"""


# A new JSON column must be listed here or in tests/export/test_numbers.py. (In route_states.decided ids are anywhere.)
WITHIN = {
    "imports": Within("scope", "activity_id", ACTIVITY),
    "import_items": Within("about", "photo_of", "import_items"),
    "activity_edits": Within("value", "split_off", ACTIVITY, "field LIKE 'track:%'"),
}
# In tables with the columns kind and key, the key is an id for these kinds.
KEYS = {"segment": "route_segments", "route": ROUTE}
# Columns that have no meaning on another server.
DROPPED = {"import_items": {"upload_id", "claim", "place"}, "original_files": {"content"}}
# Conditions on rows: files that are still waiting inside an archive are not stored yet.
ONLY = {
    "import_items": "NOT (state = 'waiting' AND original_id IS NULL)",
    "activity_photos": "NOT EXISTS (SELECT 1 FROM import_items i WHERE i.id = t.item_id AND i.state = 'waiting' "
    "AND i.original_id IS NULL)",
}


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]  # those that are exported
    key: tuple[str, ...]
    has_user: bool

    def where(self) -> str:
        """SQL condition for the user's rows; %(u)s is the user's id."""
        mine = (
            "t.user_id = %(u)s"
            if self.has_user
            else "t.activity_id IN (SELECT id FROM activities WHERE user_id = %(u)s)"
        )
        return f"{mine} AND {ONLY[self.name]}" if self.name in ONLY else mine

    def numbers(self) -> dict[str, str]:
        """Column -> the table whose ids it has, or ROUTE."""
        own = NUMBERS_OF.get(self.name, {})
        found = {}
        for column in self.columns:
            if column.name in own:
                found[column.name] = own[column.name]
            elif column.name == "id":
                found["id"] = self.name
            elif column.name in NUMBERS:
                found[column.name] = NUMBERS[column.name]
        return found

    def is_keyed(self) -> bool:
        """Whether the table has the columns kind and key."""
        return {"kind", "key"} <= {c.name for c in self.columns}

    def copy_out(self) -> str:
        """The COPY statement that writes the rows as CSV. Text that a spreadsheet would read as a formula gets an
        apostrophe in front."""
        names = ", ".join(_harmless(c) if c.type == "text" else f"t.{quoted(c.name)}" for c in self.columns)
        order = ", ".join(f"t.{quoted(name)}" for name in self.key)
        return (
            f"COPY (SELECT {names} FROM public.{quoted(self.name)} t WHERE {self.where()} ORDER BY {order}) "
            "TO STDOUT (FORMAT csv, HEADER)"
        )


def _harmless(column: Column) -> str:
    name = quoted(column.name)
    return rf"CASE WHEN t.{name} ~ E'^[=+@\\t\\r''-]' THEN '''' || t.{name} ELSE t.{name} END AS {name}"


def mine(connection: psycopg.Connection) -> list[Table]:
    """Every table that is exported, sorted by name."""
    found = []
    for table in logical.logical(connection):
        if table.name in STAYS:
            continue
        names = {c.name for c in table.columns}
        dropped = DROPPED.get(table.name, set()) | {"user_id"}
        travel = tuple(c for c in table.columns if c.name not in dropped)
        found.append(Table(table.name, travel, table.key, "user_id" in names))
    return found
