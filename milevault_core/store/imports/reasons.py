"""Why files were not read although nothing was wrong with them: the owner wanted it so. And which can be read again."""

STOPPED = "The import was stopped before this file was read."
UNDONE = "The import was undone before it came to this file."
WANTED = (STOPPED, UNDONE)  # failed only in that they can be tried again
# SQL of an item's bytes being here: as an original, or within an archive that is kept.
HAS_BYTES = "(original_id IS NOT NULL OR (upload_id IS NOT NULL AND place IS NOT NULL))"
