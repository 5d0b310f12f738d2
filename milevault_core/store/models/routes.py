"""Routes: prepared lines, the groups they were matched into, and what the user decided about them.

A route is identified by the activity at its head (a drawn course: by its negative id). It has no number of its own, so
its id does not depend on the order of imports, and a URL with any member's id finds it.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, activity_column, now_column, user_column


class ActivityLine(Base):
    """An activity's track prepared for matching (milevault_core/routes/prepare.py)."""

    __tablename__ = "activity_lines"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    sport_group: Mapped[str]
    start_us: Mapped[int] = mapped_column(BigInteger)  # since 1970, UTC
    tie: Mapped[str]  # orders two with the same start: the primary recording's fingerprint
    length_m: Mapped[float]
    closing_gap_m: Mapped[float]
    is_venue: Mapped[bool]
    west: Mapped[float]  # of the box, padded by 50 m
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    signature: Mapped[bytes]  # 64 pairs lat, lon: int32 little-endian, 1e-7 degrees
    line: Mapped[bytes]  # 1,017 of them
    __table_args__ = (Index(None, "user_id", "sport_group"),)


class RouteCourse(Base):
    """A drawn course: it makes a route, to which activities that follow it belong. Deleted with its original."""

    __tablename__ = "route_courses"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    original_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("original_files.id", ondelete=CASCADE)
    )
    part: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    name: Mapped[str] = mapped_column(server_default="")
    sport_group: Mapped[str]
    tie: Mapped[str]
    ascent_m: Mapped[float | None]
    length_m: Mapped[float]
    closing_gap_m: Mapped[float]
    is_venue: Mapped[bool]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    signature: Mapped[bytes]
    line: Mapped[bytes]
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (
        Index(None, "user_id", "sport_group"),
        Index(None, "original_id"),
    )


class RouteMember(Base):
    """Which route an activity belongs to, and the state of the matching (milevault_core/routes/grouping.py).

    No foreign key to activities: the matching itself drops removed activities, and a course has a negative id.
    """

    __tablename__ = "route_members"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sport_group: Mapped[str]
    route: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]  # same | rotated, or another relation if the user forced it in
    share: Mapped[float]  # of points beyond 35 m from the route's line
    forced: Mapped[bool] = mapped_column(Boolean)
    # The state of the matching, which the next change updates.
    leader: Mapped[int | None] = mapped_column(Integer)
    leader_kind: Mapped[str | None]
    medoid: Mapped[int | None] = mapped_column(Integer)  # of a leader's cluster
    head: Mapped[int | None] = mapped_column(Integer)  # of a medoid
    home: Mapped[int | None] = mapped_column(Integer)
    rest: Mapped[int | None] = mapped_column(Integer)
    # When the activity passed each mark of the route: milevault_core/routes/profile.py.
    profile: Mapped[bytes | None]
    route_s: Mapped[float | None]  # from the route's first mark to its last, stops included
    stopped_s: Mapped[float | None]  # time standing still within that
    is_profiled: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    __table_args__ = (Index(None, "user_id", "route"), Index(None, "user_id", "sport_group"))


class RouteState(Base):
    """The user's decisions at the time when a sport group was last matched."""

    __tablename__ = "route_states"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    sport_group: Mapped[str] = mapped_column(primary_key=True)
    decided: Mapped[dict]
    revision: Mapped[int] = mapped_column(
        BigInteger
    )  # random, new with every matching: tells whether a state kept in memory is current


class NamedRoute(Base):
    """A route followed at least twice, or one that the user named or drew. Its generated name is composed in view."""

    __tablename__ = "named_routes"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    id: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False
    )  # the activity at its head
    sport_group: Mapped[str]
    shape: Mapped[str]  # venue | loop | out_and_back | one_way
    heading: Mapped[str]
    place: Mapped[str]  # the nearest place, larger ones reaching farther; "" if there is none
    length_m: Mapped[float]
    outline: Mapped[bytes]  # float32 little-endian pairs lat, lon
    quarter: Mapped[str] = mapped_column(server_default="")  # the place nearest the start, however small
    beside: Mapped[str] = mapped_column(server_default="")  # … and to the farthest point
    turn: Mapped[str] = mapped_column(server_default="")  # clockwise | anticlockwise, of a loop


class RouteLink(Base):
    """Two routes, one of which is the other reversed, or several laps of it."""

    __tablename__ = "route_links"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    route: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    other: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str]  # reversed | rotated_reversed | laps
    laps: Mapped[int] = mapped_column(SmallInteger)


class RouteOverride(Base):
    """What the user decided about routes. It only refers to activities (and courses), so it outlives a new matching; no
    foreign key to activities, so it survives, without effect, while one is in the trash."""

    __tablename__ = "route_overrides"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(
        primary_key=True
    )  # into | out | merged | own | name | favourite | archived
    anchor: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False
    )  # 0: of the route itself
    value: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime] = now_column()
