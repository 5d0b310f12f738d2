"""Links that invite or reset, codes as a second step, accounts of an identity provider, and accounts that were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _user(name: str = "user_id", **options) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, **options)


def _moment(name: str, **options) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def upgrade() -> None:
    now = {"server_default": sa.func.now(), "nullable": False}
    op.add_column("one_time_tokens", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("one_time_tokens", _moment("created_at", **now))
    op.add_column("users", _moment("deletion_asked_at"))
    op.create_table(
        "two_factor",
        _user(),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        _moment("created_at", **now),
        sa.PrimaryKeyConstraint("user_id", name="two_factor_pkey"),
    )
    op.create_table(
        "recovery_codes",
        _user(),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="recovery_codes_pkey"),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        _user(),
        _moment("created_at", **now),
        _moment("last_used_at"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="identities_pkey"),
    )
    op.create_index("identities_user_id_idx", "identities", ["user_id"])
    op.create_table(
        "deleted_accounts",
        sa.Column("user_number", sa.Integer(), nullable=False),
        _moment("made_at", nullable=False),
        _moment("deleted_at", **now),
        sa.PrimaryKeyConstraint("user_number", "made_at", name="deleted_accounts_pkey"),
    )
