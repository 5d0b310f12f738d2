"""Reasons for files that were not read although nothing is wrong with them, and which files can be read again."""

STOPPED = "The import was stopped before this file was read."
UNDONE = "The import was undone before it came to this file."
WANTED = (STOPPED, UNDONE)  # by the user: such files count as failed only so that they can be retried
# SQL for whether an item's bytes are here: as an original, or within an archive that is kept.
HAS_BYTES = "(original_id IS NOT NULL OR (upload_id IS NOT NULL AND place IS NOT NULL))"
