"""Which tables are a person's, which rows of them, and in which numbers their columns count.

Found in the live schema, as a backup's are: a table that is new is exported, or a test says that nobody has decided
about it. Numbers are those of one database; read.py replaces every one of them.
"""

from dataclasses import dataclass

import psycopg

from milevault_core.backup import tables as logical
from milevault_core.backup.tables import Column, quoted

# Never in an export, each for a reason. (What a backup leaves out is not considered at all.)
STAYS = {
    "users": "settings.json has what may travel",
    "two_factor": "how one signs in here",
    "recovery_codes": "how one signs in here",
    "identities": "how one signs in here",
    "garmin_connect_configs": "holds a token; connect again",
    "upload_tokens": "keys of this server",
    "watched_files": "files of this server",
    "server_settings": "the server's",
    "deleted_accounts": "the server's",
    "derive_versions": "the server's",
    "derive_revisions": "counts changes here",
    "dirty_activities": "work that waits; the importing server marks all of it",
    "dirty_days": "work that waits",
    "dirty_steps": "work that waits",
    "set_aside": "work that failed here",
    "record_seen": "remembered by the records' step, which runs again",
    "activities_before": "how activities were before they were read again, as packed rows",
    "uploads": "archives on their way in",
    "upload_notes": "archives on their way in",
}
ACTIVITY = "activities"
ROUTE = "a route"  # known by an activity's number, or by minus a course's
# Column -> the table in whose numbers it counts.
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
# Where the name says less, or something else.
NUMBERS_OF = {
    "route_members": dict.fromkeys(
        ("activity_id", "route", "leader", "medoid", "head", "home", "rest"), ROUTE
    ),
    "named_routes": {"id": ROUTE},
    "route_links": {"route": ROUTE, "other": ROUTE},
    "route_overrides": {"activity_id": ROUTE, "anchor": ROUTE},
}
COURSES = "route_courses"
LISTS = {"import_items": {"activities": ACTIVITY}}  # arrays of numbers


@dataclass(frozen=True)
class Within:
    """A number within a column of JSON, below a name of its own."""

    column: str
    name: str
    of: str  # the table in whose numbers it counts
    packed: str = ""  # the column is text: SQL of the rows in which that is JSON, as json.dumps writes it

    def old(self) -> str:
        """SQL of the number; NULL in a row without it."""
        number = f"({quoted(self.column)}::jsonb ->> '{self.name}')::bigint"
        return f"CASE WHEN {self.packed} THEN {number} END" if self.packed else number

    def with_new(self) -> str:
        """SQL of the column's value with n.new in the number's place."""
        if not self.packed:
            return f"jsonb_set({quoted(self.column)}, '{{{self.name}}}', to_jsonb(n.new))"
        return f"""regexp_replace({quoted(self.column)}, '("{self.name}": )[0-9]+', '\\1' || n.new)"""


# A new column of JSON is here or in tests/export/test_numbers.py. (In route_states.decided they stand anywhere.)
WITHIN = {
    "imports": Within("scope", "activity_id", ACTIVITY),
    "import_items": Within("about", "photo_of", "import_items"),
    "activity_edits": Within("value", "split_off", ACTIVITY, "field LIKE 'track:%'"),
}
# Tables with a kind and a key: of these kinds the key is a number.
KEYS = {"segment": "route_segments", "route": ROUTE}
# Columns that mean nothing elsewhere.
DROPPED = {"import_items": {"upload_id", "claim", "place"}, "original_files": {"content"}}
# Files that still wait inside an archive are not here yet.
ONLY = {
    "import_items": "NOT (state = 'waiting' AND original_id IS NULL)",
    "activity_photos": "NOT EXISTS (SELECT 1 FROM import_items i WHERE i.id = t.item_id AND i.state = 'waiting' "
    "AND i.original_id IS NULL)",
}


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]  # those that travel
    key: tuple[str, ...]
    has_user: bool

    def where(self) -> str:
        """The person's rows; %(u)s is the person."""
        mine = (
            "t.user_id = %(u)s"
            if self.has_user
            else "t.activity_id IN (SELECT id FROM activities WHERE user_id = %(u)s)"
        )
        return f"{mine} AND {ONLY[self.name]}" if self.name in ONLY else mine

    def numbers(self) -> dict[str, str]:
        """Column -> the table in whose numbers it counts, or ROUTE."""
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
        """Whether it has a kind and a key."""
        return {"kind", "key"} <= {c.name for c in self.columns}

    def copy_out(self) -> str:
        """As CSV; of text, what a spreadsheet would take for a formula has an apostrophe before it."""
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
    """Every table that an export holds, in the order of their names."""
    found = []
    for table in logical.logical(connection):
        if table.name in STAYS:
            continue
        names = {c.name for c in table.columns}
        dropped = DROPPED.get(table.name, set()) | {"user_id"}
        travel = tuple(c for c in table.columns if c.name not in dropped)
        found.append(Table(table.name, travel, table.key, "user_id" in names))
    return found
