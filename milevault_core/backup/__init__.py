"""Backup: one file that holds everything, verified by restoring it.

    make.write(dsn, file)       one snapshot ─► a tar: one gzipped COPY stream a table, and a manifest
    archive.read(file)          the manifest, after every byte was checked; BadBackup says what is wrong
    restore.restore(dsn, file)  all or nothing, in one transaction: migrate to the backup's schema, COPY in, compare
                                every table's digest, migrate on
    verify.prove(dsn, file)     the same into a scratch database, which is thrown away
    runs, nightly               what was made and proven and when, what is due; rotation

The tables are found in the live schema, not in the models: so a backup of any earlier schema can be made and
restored. The file is our own open form (docs/backup.md) and never a dump of one server's inner tables: it
restores from the embedded PostgreSQL, a plain one and TimescaleDB into any other.
"""


class BackupError(RuntimeError):
    """A backup could not be made, restored or proven; `str()` says why, for the user."""


class BadBackup(BackupError):
    """The file cannot be used as a backup; nothing was touched."""
