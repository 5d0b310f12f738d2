"""Backup: one file that holds everything, verified by restoring it.

    make.write(dsn, file)       one snapshot ─► a tar: one gzipped COPY stream per table, and a manifest
    archive.read(file)          the manifest, after every byte was checked; BadBackup says what is wrong
    restore.restore(dsn, file)  all or nothing, in one transaction: migrate to the backup's schema, COPY in, compare
                                every table's digest, migrate to the current schema
    verify.prove(dsn, file)     the same into a scratch database, which is then dropped
    runs, nightly               log of backups and verifications, what is due; rotation

The tables are read from the live schema, not from the models, so that a backup of any earlier schema can be made and
restored. The file has our own open format (docs/backup.md) and is never a dump of one server's internal tables: a
backup from the embedded PostgreSQL, a plain one or TimescaleDB restores into any of them.
"""


class BackupError(RuntimeError):
    """A backup could not be made, restored or verified; `str()` tells the user why."""


class BadBackup(BackupError):
    """The file cannot be used as a backup; nothing was changed."""
