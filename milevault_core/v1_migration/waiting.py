"""What is left in the old database: data that is computed again here, that has no owner, or that is not understood."""

from milevault_core.store.v1.tables import FirstMileVault

# Our name for a table -> the words for its rows in a sentence.
ANEW = {"points": "points", "laps": "laps", "records": "personal records"}
LATER = {
    "segments": "segments",
    "weights": "entries of the weight log",
    "health_days": "days of health figures",
}  # rows that may have no owner in the old database


def lines(old: FirstMileVault) -> list[str]:
    """Sentences for the person who runs the import."""
    anew = [f"{old.count(word)} {name}" for word, name in ANEW.items() if old.count(word)]
    counts = {word: _nobodys(old, word) for word in LATER}
    later = [f"{counts[word]} {name}" for word, name in LATER.items() if counts[word]]
    said = []
    if anew:
        said.append(f"Computed again here, from the files: {', '.join(anew)}.")
    if later:
        said.append(f"Left in the old database, which does not say whose they are: {', '.join(later)}.")
    if old.count("garmin"):
        said.append(
            "Garmin Connect has to be connected again: its password was encrypted with the old secret."
        )
    unknown = old.not_understood()
    if unknown:
        said.append(f"Not understood, and left where it is: {', '.join(unknown)}.")
    return said


def _nobodys(old: FirstMileVault, table: str) -> int:
    """How many rows of a table have no owner. If there is only one user, health data without an owner is theirs."""
    if table != "segments" and old.count("users") == 1:
        return 0
    return sum(row["user"] is None for row in old.rows(table))
