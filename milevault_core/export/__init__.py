"""Everything of one person in one zip, and back: out of one MileVault and into another.

write.write(user_id, out)        streamed: originals as files, every table as CSV, the settings
read.read(user_id, file)         into an account that holds nothing yet, in one transaction
runs.ask(user_id)                have a worker make one, to be downloaded from the Profile page
"""

FORMAT = "milevault-export"
VERSION = 1
MANIFEST, SETTINGS, README = "manifest.json", "settings.json", "README.txt"


class ExportError(Exception):
    """It could not be made; `str()` says why."""


class BadExport(Exception):
    """A file that is not an export, is damaged, or cannot be taken into this account; `str()` says why."""
