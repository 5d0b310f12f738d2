"""A user's notes about their gear, each action in one transaction."""

from datetime import date

from milevault_core import store
from milevault_core.formats.texts import straight
from milevault_core.sports import SPORTS
from milevault_core.store import gear

KINDS = ("bike", "shoe", "part", "other")


def save(user_id: int, name: str, *, is_new: bool = False, **about: object) -> int:
    """Save notes about the gear that activities call `name`; a new name creates new gear. Returns its id. If it becomes
    the default of a sport, the previous default no longer is. is_new: fail if the name is taken.

    Raises ValueError with a sentence for the user, LookupError for a bike that is not theirs.
    """
    name = _line(name, 200)
    if about.get("label"):
        about["label"] = _line(str(about["label"]), 200)
    if not name:
        raise ValueError("Enter a name.")
    if about.get("kind", "other") not in KINDS or set(about.get("sports", ())) - set(SPORTS):  # type: ignore[call-overload]
        raise ValueError("There is no such kind of gear.")
    for field in ("opening_m", "cost"):
        value = about.get(field)
        if value is not None and not 0 <= float(value) < 1e12:  # type: ignore[arg-type]
            raise ValueError("Enter a number that is not negative.")
    with store.session() as session:
        if is_new and gear.is_there(session, user_id, name):
            raise ValueError("You already have gear of this name. Open it in the list to change it.")
        label = str(about.get("label") or "")
        if (
            label
            and label != gear.label_of(session, user_id, name)
            and gear.is_there(session, user_id, label, name)
        ):
            raise ValueError("You already have other gear of this name. Choose another name.")
        return gear.save(session, user_id, name, about)


def add_service(user_id: int, gear_id: int, what: str, every_m: float, last_on: date) -> int:
    """Add a service that is due every `every_m` metres; returns its id. Raises ValueError and LookupError."""
    what = _line(what, 80)
    if not what:
        raise ValueError("Enter what is to be done.")
    if not 0 < every_m < 1e12:
        raise ValueError("Enter a distance above zero.")
    with store.session() as session:
        return gear.add_service(session, user_id, gear_id, what, every_m, last_on)


def set_service_day(user_id: int, service_id: int, last_on: date) -> date:
    """Note that a service was done on this day; returns the previous day. Raises LookupError."""
    with store.session() as session:
        return gear.set_service_day(session, user_id, service_id, last_on)


def remove_service(user_id: int, service_id: int) -> None:
    """Delete a service. Raises LookupError."""
    with store.session() as session:
        gear.remove_service(session, user_id, service_id)


def _line(words: str, most: int) -> str:
    """A user's text on one line, cut to `most` characters."""
    return " ".join(straight(words).split())[:most]
