"""The tables. SI units and UTC; every row that is a person's carries `user_id`, or hangs on an `activities`
row that does: points, laps and the like are reached only through the activities of that user."""

from milevault_core.store.models.activities import (
    Activity,
    ActivityChannel,
    ActivityLap,
    ActivitySet,
    ActivityTrack,
    activity_data_points,
)
from milevault_core.store.models.base import Base
from milevault_core.store.models.derived import (
    ActivityMetric,
    DayTotal,
    DeriveVersion,
    DirtyActivity,
    DirtyDay,
    DirtyStep,
)
from milevault_core.store.models.gear import ActivityPhoto, Gear
from milevault_core.store.models.imports import Import, ImportItem, OriginalFile
from milevault_core.store.models.people import LoginAttempt, OneTimeToken, Session, User
from milevault_core.store.models.recordings import (
    ActivityBefore,
    ActivityEdit,
    ActivityRecording,
    RecordingsApart,
    Tombstone,
    TrashedActivity,
)
from milevault_core.store.models.records import (
    ActivityCurve,
    ActivityEffort,
    PersonalRecord,
    RecordDecision,
    RecordLeftOut,
    RecordSeen,
    RecordWaiting,
)
from milevault_core.store.models.routes import (
    ActivityLine,
    NamedRoute,
    RouteCourse,
    RouteLink,
    RouteMember,
    RouteOverride,
    RouteState,
)
from milevault_core.store.models.server import BackupRun
from milevault_core.store.models.uploads import (
    Upload,
    UploadChunk,
    UploadNote,
    UploadToken,
    WatchedFile,
)

__all__ = [
    "Activity",
    "ActivityBefore",
    "ActivityChannel",
    "ActivityCurve",
    "ActivityEdit",
    "ActivityEffort",
    "ActivityLap",
    "ActivityLine",
    "ActivityMetric",
    "ActivityPhoto",
    "ActivityRecording",
    "ActivitySet",
    "ActivityTrack",
    "BackupRun",
    "Base",
    "DayTotal",
    "DeriveVersion",
    "DirtyActivity",
    "DirtyDay",
    "DirtyStep",
    "Gear",
    "Import",
    "ImportItem",
    "LoginAttempt",
    "NamedRoute",
    "OneTimeToken",
    "OriginalFile",
    "PersonalRecord",
    "RecordDecision",
    "RecordLeftOut",
    "RecordSeen",
    "RecordWaiting",
    "RecordingsApart",
    "RouteCourse",
    "RouteLink",
    "RouteMember",
    "RouteOverride",
    "RouteState",
    "Session",
    "Tombstone",
    "TrashedActivity",
    "Upload",
    "UploadChunk",
    "UploadNote",
    "UploadToken",
    "User",
    "WatchedFile",
    "activity_data_points",
]
