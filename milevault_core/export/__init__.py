"""Export all data of one user to a zip, and import it into another MileVault.

write.write(user_id, out)        streamed: originals as files, every table as CSV, the settings
read.read(user_id, file)         into an empty account, in one transaction
runs.ask(user_id)                have a worker make an export, to be downloaded from the Profile page
"""

FORMAT = "milevault-export"
VERSION = 1
MANIFEST, SETTINGS, README = "manifest.json", "settings.json", "README.txt"


class ExportError(Exception):
    """An export could not be made; `str()` says why."""


class BadExport(Exception):
    """A file that is not an export, is damaged, or cannot be imported into this account; `str()` says why."""
