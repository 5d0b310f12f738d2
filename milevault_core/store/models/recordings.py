"""What activities are made from and what users decided about them: recordings, edits, trash, tombstones."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, UserId, now_column, user_column


class ActivityRecording(Base):
    """One file's recording of one workout, never edited. An activity is a pure function of its recordings and edits.

    A recording belongs to an activity or, in the trash, to a row of trashed_activities. `home_id` is the id of its
    activity when it is alone in it. The id of an activity is the smallest home_id of its recordings, so taking them
    apart and undoing imports gives the old ids back.
    """

    __tablename__ = "activity_recordings"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    activity_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("activities.id"))
    trashed_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("trashed_activities.activity_id", ondelete=CASCADE)
    )
    home_id: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[int] = user_column()
    original_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("original_files.id", ondelete=CASCADE))
    import_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("imports.id", ondelete="SET NULL"))
    part: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    fingerprint: Mapped[str]  # hex sha256 of the original, ":", part: the natural key
    format: Mapped[str]
    is_primary: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    about: Mapped[dict] = mapped_column(server_default="{}")  # what archives say about the file
    words: Mapped[dict] = mapped_column(server_default="{}")  # what the file says: name, sport, sub_sport …
    filled: Mapped[dict] = mapped_column(server_default="{}")  # column -> what the activity takes from here
    shift_s: Mapped[float] = mapped_column(
        server_default=text("0")
    )  # added to its times to match those of the primary recording
    # By these it is decided whether two recordings are of the same workout (milevault_core/activities).
    start_time: Mapped[datetime]
    clock_start: Mapped[datetime]  # the start by the device's clock, even if the user has set another
    elapsed_s: Mapped[float]
    distance_m: Mapped[float | None]
    point_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    channel_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    device: Mapped[str] = mapped_column(server_default="")
    line: Mapped[bytes | None]  # positions and heart rate over time, activities/match_line.py
    __table_args__ = (
        UniqueConstraint("original_id", "part"),
        CheckConstraint("activity_id IS NULL OR trashed_id IS NULL", name="activity_recordings_place_check"),
        Index(None, "activity_id"),
        Index(None, "trashed_id"),
        Index(None, "import_id"),
        Index(None, "user_id", "start_time"),
        Index(None, "user_id", "clock_start"),
    )


class RecordingsApart(Base):
    """A user's decision that two recordings (by fingerprint, first < second) are not the same workout."""

    __tablename__ = "recordings_apart"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    first: Mapped[str] = mapped_column(primary_key=True)
    second: Mapped[str] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime] = now_column()


class RecordingsJoined(Base):
    """A user's decision that two recordings (by fingerprint, first < second) are two parts of one workout."""

    __tablename__ = "recordings_joined"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    first: Mapped[str] = mapped_column(primary_key=True)
    second: Mapped[str] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime] = now_column()


class FigureDefault(Base):
    """Where a user wants a figure to come from in all activities: "device" or "computed" (activities/sources.py)."""

    __tablename__ = "figure_defaults"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]


class ActivityEdit(Base):
    """A user's edit of an activity; it takes precedence over files and archives. No foreign key to activities: edits
    have no effect while the activity is in the trash or part of another one, and count again afterwards.

    `field` is a text field (activities/texts.py), "figure:" and a figure's name (activities/sources.py), or "track:"
    and a number for what is cut or corrected in the points (activities/track_edits.py). With "before:" in front it is
    an edit of a part of a joined activity that has no effect until they are separated (store/activities/joined.py)."""

    __tablename__ = "activity_edits"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    edited_at: Mapped[datetime] = now_column()


class TrashedActivity(Base):
    """A deleted activity: for 30 days it can be restored under its id, with its recordings and edits."""

    __tablename__ = "trashed_activities"
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = user_column()
    deleted_at: Mapped[datetime] = now_column()
    name: Mapped[str] = mapped_column(server_default="")
    sport: Mapped[str]
    start_time: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(server_default="")
    utc_offset_s: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    elapsed_s: Mapped[float]
    distance_m: Mapped[float | None]
    __table_args__ = (Index(None, "user_id"), Index(None, "deleted_at"))


class Tombstone(Base):
    """What remains of a recording whose activity was deleted for good, so that its file is not imported again."""

    __tablename__ = "tombstones"
    user_id: Mapped[int] = mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    start_time: Mapped[datetime]
    elapsed_s: Mapped[float]
    name: Mapped[str] = mapped_column(server_default="")
    sport: Mapped[str] = mapped_column(server_default="")
    deleted_at: Mapped[datetime]


class ActivityBefore(Base):
    """An activity in a re-read batch: its main figures before and after, and its stage-1 rows as they were, which the
    undo of the batch restores."""

    __tablename__ = "activities_before"
    import_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("imports.id", ondelete=CASCADE), primary_key=True
    )
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = user_column()
    # waiting | same | changed | read | failed: looked at, then read again; failed says why in `reason`
    state: Mapped[str] = mapped_column(server_default="waiting")
    before: Mapped[dict] = mapped_column(server_default="{}")
    after: Mapped[dict] = mapped_column(server_default="{}")
    reason: Mapped[str] = mapped_column(server_default="")
    rows: Mapped[bytes | None]
    __table_args__ = (Index(None, "import_id", "state"),)
