"""A drawn course goes with its original, which may come to another import: no import of its own."""

from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('route_courses', 'import_id')
