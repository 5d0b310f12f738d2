"""Why files were not read although nothing was wrong with them: the owner wanted it so."""

STOPPED = "The import was stopped before this file was read."
UNDONE = "The import was undone before it came to this file."
WANTED = (STOPPED, UNDONE)  # failed only in that they can be tried again
