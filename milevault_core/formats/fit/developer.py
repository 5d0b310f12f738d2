"""Developer fields: columns that an app on the device (Connect IQ, Stryd, Moxy …) adds and describes itself."""

from typing import NamedTuple

# Apps by the id they write. Sources: the makers' own files and forums.
APPS = {
    "18fb2cf01a4b430dad66988c847421f4": "Stryd",
    "6957fe6883fe4ed68613413f70624bb5": "CORE",
}


class DeveloperField(NamedTuple):
    """A developer field as described in the file; `base_type` is 13 (bytes) if there is no description."""

    app_index: int  # of the app within the file
    number: int
    name: str = ""
    base_type: int = 13
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    native_message: int | None = None  # the message and field of the profile that it stands for
    native_field: int | None = None
