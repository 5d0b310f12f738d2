"""The foundation: people, imports, activities, derived rows, the queue."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity_data_points',
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('lat_e7', sa.Integer(), nullable=True),
    sa.Column('lon_e7', sa.Integer(), nullable=True),
    sa.Column('altitude', sa.REAL(), nullable=True),
    sa.Column('distance', sa.REAL(), nullable=True),
    sa.Column('speed', sa.REAL(), nullable=True),
    sa.Column('seq', sa.SmallInteger(), nullable=False),
    sa.Column('heart_rate', sa.SmallInteger(), nullable=True),
    sa.Column('cadence', sa.SmallInteger(), nullable=True),
    sa.Column('power', sa.SmallInteger(), nullable=True),
    sa.Column('temperature', sa.SmallInteger(), nullable=True)
    )
    op.create_index('activity_data_points_activity_id_idx', 'activity_data_points', ['activity_id'], unique=False)
    op.create_table('derive_versions',
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('step', name=op.f('derive_versions_pkey'))
    )
    op.create_table('login_attempts',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('login_attempts_pkey'))
    )
    op.create_table('users',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('is_admin', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('time_zone', sa.Text(), server_default='UTC', nullable=False),
    sa.Column('units', sa.Text(), server_default='metric', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('users_pkey')),
    sa.UniqueConstraint('username', name=op.f('users_username_key'))
    )
    op.create_table('activities',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('sport', sa.Text(), nullable=False),
    sa.Column('sub_sport', sa.Text(), server_default='', nullable=False),
    sa.Column('sport_name', sa.Text(), server_default='', nullable=False),
    sa.Column('is_indoor', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_virtual', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_transition', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_zone', sa.Text(), server_default='', nullable=False),
    sa.Column('utc_offset_s', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('local_day', sa.Date(), nullable=False),
    sa.Column('elapsed_s', sa.Double(), nullable=False),
    sa.Column('timer_s', sa.Double(), nullable=True),
    sa.Column('moving_s', sa.Double(), nullable=True),
    sa.Column('distance_m', sa.Double(), nullable=True),
    sa.Column('ascent_m', sa.Double(), nullable=True),
    sa.Column('descent_m', sa.Double(), nullable=True),
    sa.Column('avg_speed', sa.Double(), nullable=True),
    sa.Column('max_speed', sa.Double(), nullable=True),
    sa.Column('avg_heart_rate', sa.Double(), nullable=True),
    sa.Column('max_heart_rate', sa.Double(), nullable=True),
    sa.Column('avg_cadence', sa.Double(), nullable=True),
    sa.Column('avg_power', sa.Double(), nullable=True),
    sa.Column('max_power', sa.Double(), nullable=True),
    sa.Column('avg_temperature', sa.Double(), nullable=True),
    sa.Column('calories', sa.Double(), nullable=True),
    sa.Column('point_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('device', sa.Text(), server_default='', nullable=False),
    sa.Column('event_key', sa.Text(), server_default='', nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('problems', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('understood', sa.REAL(), server_default=sa.text('1'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('activities_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('activities_pkey'))
    )
    op.create_index('activities_user_day_idx', 'activities', ['user_id', 'local_day'], unique=False)
    op.create_index('activities_user_start_idx', 'activities', ['user_id', 'start_time'], unique=False)
    op.create_table('day_totals',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sport', sa.Text(), nullable=False),
    sa.Column('activity_count', sa.Integer(), nullable=False),
    sa.Column('elapsed_s', sa.Double(), nullable=False),
    sa.Column('moving_s', sa.Double(), nullable=False),
    sa.Column('distance_m', sa.Double(), nullable=False),
    sa.Column('ascent_m', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('day_totals_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'day', 'sport', name=op.f('day_totals_pkey'))
    )
    op.create_table('dirty_steps',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('dirty_steps_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'step', 'activity_id', name=op.f('dirty_steps_pkey'))
    )
    op.create_table('dirty_days',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('step', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('dirty_days_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'day', 'step', name=op.f('dirty_days_pkey'))
    )
    op.create_table('imports',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('imports_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('imports_pkey'))
    )
    op.create_index(op.f('imports_user_id_idx'), 'imports', ['user_id'], unique=False)
    op.create_table('one_time_tokens',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('next_url', sa.Text(), server_default='/', nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('one_time_tokens_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('one_time_tokens_pkey'))
    )
    op.create_table('original_files',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('encoding', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('original_files_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('original_files_pkey')),
    sa.UniqueConstraint('user_id', 'sha256', name=op.f('original_files_user_id_sha256_key'))
    )
    op.create_table('sessions',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_agent', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('sessions_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('sessions_pkey'))
    )
    op.create_index(op.f('sessions_user_id_idx'), 'sessions', ['user_id'], unique=False)
    op.create_table('activity_channels',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('developer', sa.Text(), server_default='', nullable=False),
    sa.Column('unit', sa.Text(), server_default='', nullable=False),
    sa.Column('values', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_channels_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'name', 'developer', name=op.f('activity_channels_pkey'))
    )
    op.create_table('activity_laps',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('elapsed_s', sa.Double(), nullable=True),
    sa.Column('timer_s', sa.Double(), nullable=True),
    sa.Column('distance_m', sa.Double(), nullable=True),
    sa.Column('ascent_m', sa.Double(), nullable=True),
    sa.Column('descent_m', sa.Double(), nullable=True),
    sa.Column('avg_speed', sa.Double(), nullable=True),
    sa.Column('max_speed', sa.Double(), nullable=True),
    sa.Column('avg_heart_rate', sa.Double(), nullable=True),
    sa.Column('max_heart_rate', sa.Double(), nullable=True),
    sa.Column('avg_cadence', sa.Double(), nullable=True),
    sa.Column('avg_power', sa.Double(), nullable=True),
    sa.Column('max_power', sa.Double(), nullable=True),
    sa.Column('calories', sa.Double(), nullable=True),
    sa.Column('strokes', sa.Double(), nullable=True),
    sa.Column('stroke', sa.Text(), server_default='', nullable=False),
    sa.Column('trigger', sa.Text(), server_default='', nullable=False),
    sa.Column('intensity', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_laps_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'kind', 'number', name=op.f('activity_laps_pkey'))
    )
    op.create_table('activity_metrics',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('version', sa.SmallInteger(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_metrics_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'name', 'origin', name=op.f('activity_metrics_pkey'))
    )
    op.create_table('activity_recordings',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('original_id', sa.BigInteger(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('part', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('is_primary', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_recordings_activity_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('activity_recordings_import_id_fkey'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['original_id'], ['original_files.id'], name=op.f('activity_recordings_original_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('activity_recordings_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('activity_recordings_pkey')),
    sa.UniqueConstraint('original_id', 'part', name=op.f('activity_recordings_original_id_part_key'))
    )
    op.create_index(op.f('activity_recordings_activity_id_idx'), 'activity_recordings', ['activity_id'], unique=False)
    op.create_table('activity_sets',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('duration_s', sa.Double(), nullable=True),
    sa.Column('repetitions', sa.Double(), nullable=True),
    sa.Column('weight_kg', sa.Double(), nullable=True),
    sa.Column('exercise', sa.Text(), server_default='', nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_sets_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'number', name=op.f('activity_sets_pkey'))
    )
    op.create_table('activity_tracks',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('outline', sa.LargeBinary(), nullable=False),
    sa.Column('south', sa.REAL(), nullable=False),
    sa.Column('north', sa.REAL(), nullable=False),
    sa.Column('west', sa.REAL(), nullable=False),
    sa.Column('east', sa.REAL(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_tracks_activity_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', name=op.f('activity_tracks_pkey'))
    )
    op.create_table('dirty_activities',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Text(), server_default='', nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('dirty_activities_activity_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('dirty_activities_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', 'step', name=op.f('dirty_activities_pkey'))
    )
    op.create_index(op.f('dirty_activities_user_id_idx'), 'dirty_activities', ['user_id'], unique=False)
    op.create_table('import_items',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('original_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('activities', postgresql.ARRAY(sa.Integer()), server_default='{}', nullable=False),
    sa.Column('days', postgresql.ARRAY(sa.Date()), server_default='{}', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('problems', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('import_items_import_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['original_id'], ['original_files.id'], name=op.f('import_items_original_id_fkey'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('import_items_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('import_items_pkey'))
    )
    op.create_index(op.f('import_items_import_id_state_idx'), 'import_items', ['import_id', 'state'], unique=False)
    op.create_index(op.f('import_items_original_id_idx'), 'import_items', ['original_id'], unique=False)
    op.create_index(op.f('import_items_user_id_idx'), 'import_items', ['user_id'], unique=False)

    # Already compressed: PostgreSQL shall not try again.
    op.execute("ALTER TABLE original_files ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE activity_channels ALTER COLUMN values SET STORAGE EXTERNAL")
    _make_hypertable()
    # procrastinate's own schema, frozen: its `apply_schema` may not run twice, and a later release's schema
    # comes as its own migration. Through the driver: the text is many statements and holds % signs.
    queue = Path(__file__).parents[1] / "sql" / "procrastinate_3_10_0.sql"
    op.get_bind().connection.driver_connection.execute(queue.read_text())


def _make_hypertable() -> None:
    """Points in chunks of a year where TimescaleDB is there; a plain table where it is not."""
    connection = op.get_bind()
    offered = sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'timescaledb'")
    if not connection.execute(offered).scalar():
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    # Hundreds of chunks make TimescaleDB plan slowly; its default index on time alone would never be used.
    op.execute(
        "SELECT create_hypertable('activity_data_points', 'time', "
        "chunk_time_interval => interval '365 days', create_default_indexes => false)"
    )
