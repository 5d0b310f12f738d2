"""What an administrator sees of other accounts: how much they hold and when they were last used, but no content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from milevault_core import store
from milevault_core.accounts import users
from milevault_core.store.models import Activity, OriginalFile, Session, TwoFactor, User


@dataclass(frozen=True)
class Usage:
    activity_count: int
    original_bytes: int  # of the original files, as compressed in the database
    last_seen_at: datetime | None
    has_two_factor: bool


def of_everyone(admin_id: int) -> dict[int, Usage]:
    """The usage of every account, by user id. Empty unless `admin_id` is an active administrator."""
    activities = (
        select(func.count()).where(Activity.user_id == User.id, ~Activity.is_transition).scalar_subquery()
    )
    size = func.coalesce(func.sum(func.octet_length(OriginalFile.content)), 0)
    originals = select(size).where(OriginalFile.user_id == User.id).scalar_subquery()
    seen = select(func.max(Session.last_seen_at)).where(Session.user_id == User.id).scalar_subquery()
    two_factor = select(TwoFactor.user_id).where(TwoFactor.user_id == User.id).exists()
    with store.session() as opened:
        if not users.is_admin(opened, admin_id):
            return {}
        rows = opened.execute(select(User.id, activities, originals, seen, two_factor))
        return {row[0]: Usage(*row[1:]) for row in rows}
