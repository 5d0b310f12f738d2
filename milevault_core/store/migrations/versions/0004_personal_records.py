"""Personal records: efforts and curves of activities, records, what waits, what is left out, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('personal_records',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('sport', sa.Text(), nullable=False),
    sa.Column('is_indoor', sa.Boolean(), nullable=False),
    sa.Column('key', sa.Double(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=True),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('previous', sa.Double(), nullable=True),
    sa.Column('gain', sa.Double(), nullable=True),
    sa.Column('t0_s', sa.Double(), nullable=True),
    sa.Column('t1_s', sa.Double(), nullable=True),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.Column('season', sa.Integer(), nullable=False),
    sa.Column('is_improvement', sa.Boolean(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('is_season_best', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('personal_records_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'kind', 'sport', 'is_indoor', 'key', 'number', name=op.f('personal_records_pkey'))
    )
    op.create_index(op.f('personal_records_user_id_activity_id_idx'), 'personal_records', ['user_id', 'activity_id'], unique=False)
    op.create_table('record_decisions',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Double(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('record_decisions_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', 'kind', 'key', name=op.f('record_decisions_pkey'))
    )
    op.create_table('record_left_out',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Double(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('t0_s', sa.Double(), nullable=False),
    sa.Column('t1_s', sa.Double(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('record_left_out_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', 'kind', name=op.f('record_left_out_pkey'))
    )
    op.create_table('record_seen',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('counted', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('record_seen_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', name=op.f('record_seen_pkey'))
    )
    op.create_table('record_waiting',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Double(), nullable=False),
    sa.Column('sport', sa.Text(), nullable=False),
    sa.Column('is_indoor', sa.Boolean(), nullable=False),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('typical', sa.Double(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('t0_s', sa.Double(), nullable=False),
    sa.Column('t1_s', sa.Double(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('record_waiting_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', 'kind', 'key', name=op.f('record_waiting_pkey'))
    )
    op.create_table('activity_curves',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('values', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_curves_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'name', name=op.f('activity_curves_pkey'))
    )
    op.create_table('activity_efforts',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Double(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('t0_s', sa.Double(), nullable=False),
    sa.Column('t1_s', sa.Double(), nullable=False),
    sa.Column('source', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_efforts_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'kind', 'key', name=op.f('activity_efforts_pkey'))
    )
    op.create_index(op.f('activity_efforts_user_id_kind_key_idx'), 'activity_efforts', ['user_id', 'kind', 'key'], unique=False)
