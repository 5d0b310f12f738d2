"""What stays in the old database: what is computed here anew, what has no place here yet, what is not understood."""

from milevault_core.store.first_milevault import Old

# Our word for a table -> what becomes of it, in words.
ANEW = {"points": "points", "laps": "laps", "records": "personal records"}
LATER = {
    "segments": "segments",
    "weights": "entries of the weight log",
    "health_days": "days of health figures",
}


def lines(old: Old) -> list[str]:
    """Sentences for the person who moves in."""
    anew = [f"{old.count(word)} {name}" for word, name in ANEW.items() if old.count(word)]
    later = [f"{old.count(word)} {name}" for word, name in LATER.items() if old.count(word)]
    said = []
    if anew:
        said.append(f"Computed here anew, from the files: {', '.join(anew)}.")
    if later:
        said.append(
            f"Waiting in the old database until there is a place for them here: {', '.join(later)}. Keep that "
            "database; run this command again then."
        )
    if old.count("garmin"):
        said.append("Garmin Connect has to be connected anew: its password was sealed with the old secret.")
    unknown = old.not_understood()
    if unknown:
        said.append(f"Not understood, and left where it is: {', '.join(unknown)}.")
    return said
