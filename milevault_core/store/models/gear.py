"""Gear and pictures that came with an archive."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class Gear(Base):
    """A bike or a pair of shoes as an import named it: one row per import, so that each import can be undone."""

    __tablename__ = "gear"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    import_id: Mapped[int] = mapped_column(Integer, ForeignKey("imports.id", ondelete=CASCADE))
    kind: Mapped[str]  # bike | shoe
    name: Mapped[str]  # as in the activities
    brand: Mapped[str]
    model: Mapped[str]
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (
        UniqueConstraint("import_id", "kind", "name", "brand", "model"),
        Index(None, "user_id"),
    )


class ActivityPhoto(Base):
    """A picture of an activity. It belongs to the item that the activity came from, and so to the activity's original:
    it stays with it when the activity is merged or rebuilt."""

    __tablename__ = "activity_photos"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    import_id: Mapped[int] = mapped_column(Integer, ForeignKey("imports.id", ondelete=CASCADE))
    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("import_items.id", ondelete=CASCADE))
    original_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("original_files.id", ondelete=CASCADE))
    media_type: Mapped[str]  # image/jpeg …
    width: Mapped[int | None] = mapped_column(
        SmallInteger
    )  # of the whole picture; None when it cannot be shown
    height: Mapped[int | None] = mapped_column(SmallInteger)
    thumbnail: Mapped[bytes | None]  # JPEG
    __table_args__ = (
        UniqueConstraint("item_id", "original_id"),
        Index(None, "user_id"),
        Index(None, "import_id"),
        Index(None, "original_id"),
    )
