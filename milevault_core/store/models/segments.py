"""Segments, their efforts, and the tracks in which they are searched for."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, activity_column, now_column, user_column


class RouteSegment(Base):
    """A segment: every pass of it is an effort. The line is as it was drawn; see SegmentLine."""

    __tablename__ = "route_segments"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    name: Mapped[str]
    sport_group: Mapped[str]
    line: Mapped[bytes]  # pairs lat, lon: int32 little-endian, 1e-7 degrees
    altitudes: Mapped[bytes] = mapped_column(
        server_default=""
    )  # float32, m, one per point of the line, or empty
    length_m: Mapped[float]
    gain_m: Mapped[float | None]  # altitude at the end minus that at the start
    origin: Mapped[str]  # drawn | climb | effort | gpx | device | milevault | demo
    origin_key: Mapped[str] = mapped_column(
        server_default=""
    )  # its identifier on the device or in the old database
    start_cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # milevault_core/segments/cells.py
    middle_cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    end_cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id"),)


class SegmentLine(Base):
    """A segment's line refined from its efforts (milevault_core/segments/refine.py); derived."""

    __tablename__ = "segment_lines"
    segment_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("route_segments.id", ondelete=CASCADE), primary_key=True
    )
    user_id: Mapped[int] = user_column()
    line: Mapped[bytes]
    outline: Mapped[bytes]  # float32 little-endian pairs lat, lon
    length_m: Mapped[float]
    gain_m: Mapped[float | None]
    made_of: Mapped[str]  # the efforts it was made from, as a hash
    __table_args__ = (Index(None, "user_id"),)


class SegmentTrack(Base):
    """An activity's track prepared for finding segments; derived."""

    __tablename__ = "segment_tracks"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    sport_group: Mapped[str]
    cells: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    track: Mapped[bytes]  # milevault_core/segments/packed.py
    __table_args__ = (Index(None, "user_id", "sport_group"), Index(None, "cells", postgresql_using="gin"))


class SegmentEffort(Base):
    """One pass of a segment; derived. t0_s, t1_s: since the activity's start."""

    __tablename__ = "segment_efforts"
    segment_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("route_segments.id", ondelete=CASCADE), primary_key=True
    )
    activity_id: Mapped[int] = activity_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # among the activity's passes, from 0
    user_id: Mapped[int] = user_column()
    start_time: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    t0_s: Mapped[float]
    t1_s: Mapped[float]
    time_s: Mapped[float]
    plus_minus_s: Mapped[float] = mapped_column(REAL)  # one standard deviation of time_s
    away: Mapped[float] = mapped_column(REAL)  # share of the distance outside the corridor
    heart_rate: Mapped[float | None] = mapped_column(REAL)
    power: Mapped[float | None] = mapped_column(REAL)
    cadence: Mapped[float | None] = mapped_column(REAL)
    gain_m: Mapped[float | None] = mapped_column(REAL)
    sideways: Mapped[bytes]  # milevault_core/segments/refine.py
    __table_args__ = (Index(None, "user_id", "activity_id"), Index(None, "activity_id"))
