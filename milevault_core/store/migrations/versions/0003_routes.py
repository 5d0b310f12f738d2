"""Routes: lines for matching, groups, names, links, courses, the user's decisions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('named_routes',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sport_group', sa.Text(), nullable=False),
    sa.Column('shape', sa.Text(), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('length_m', sa.Double(), nullable=False),
    sa.Column('outline', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('named_routes_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'id', name=op.f('named_routes_pkey'))
    )
    op.create_table('route_links',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('route', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('other', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('laps', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('route_links_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'route', 'other', name=op.f('route_links_pkey'))
    )
    op.create_table('route_members',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sport_group', sa.Text(), nullable=False),
    sa.Column('route', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('forced', sa.Boolean(), nullable=False),
    sa.Column('leader', sa.Integer(), nullable=True),
    sa.Column('leader_kind', sa.Text(), nullable=True),
    sa.Column('medoid', sa.Integer(), nullable=True),
    sa.Column('head', sa.Integer(), nullable=True),
    sa.Column('home', sa.Integer(), nullable=True),
    sa.Column('rest', sa.Integer(), nullable=True),
    sa.Column('profile', sa.LargeBinary(), nullable=True),
    sa.Column('route_s', sa.Double(), nullable=True),
    sa.Column('stopped_s', sa.Double(), nullable=True),
    sa.Column('is_profiled', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('route_members_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', name=op.f('route_members_pkey'))
    )
    op.create_index(op.f('route_members_user_id_route_idx'), 'route_members', ['user_id', 'route'], unique=False)
    op.create_index(op.f('route_members_user_id_sport_group_idx'), 'route_members', ['user_id', 'sport_group'], unique=False)
    op.create_table('route_overrides',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('anchor', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Text(), server_default='', nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('route_overrides_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'activity_id', 'decision', 'anchor', name=op.f('route_overrides_pkey'))
    )
    op.create_table('route_states',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sport_group', sa.Text(), nullable=False),
    sa.Column('decided', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('route_states_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'sport_group', name=op.f('route_states_pkey'))
    )
    op.create_table('activity_lines',
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sport_group', sa.Text(), nullable=False),
    sa.Column('start_us', sa.BigInteger(), nullable=False),
    sa.Column('tie', sa.Text(), nullable=False),
    sa.Column('length_m', sa.Double(), nullable=False),
    sa.Column('closing_gap_m', sa.Double(), nullable=False),
    sa.Column('is_venue', sa.Boolean(), nullable=False),
    sa.Column('west', sa.Double(), nullable=False),
    sa.Column('south', sa.Double(), nullable=False),
    sa.Column('east', sa.Double(), nullable=False),
    sa.Column('north', sa.Double(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('line', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('activity_lines_activity_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('activity_lines_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('activity_id', name=op.f('activity_lines_pkey'))
    )
    op.create_index(op.f('activity_lines_user_id_sport_group_idx'), 'activity_lines', ['user_id', 'sport_group'], unique=False)
    op.create_table('route_courses',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('original_id', sa.BigInteger(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('part', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('sport_group', sa.Text(), nullable=False),
    sa.Column('tie', sa.Text(), nullable=False),
    sa.Column('ascent_m', sa.Double(), nullable=True),
    sa.Column('length_m', sa.Double(), nullable=False),
    sa.Column('closing_gap_m', sa.Double(), nullable=False),
    sa.Column('is_venue', sa.Boolean(), nullable=False),
    sa.Column('west', sa.Double(), nullable=False),
    sa.Column('south', sa.Double(), nullable=False),
    sa.Column('east', sa.Double(), nullable=False),
    sa.Column('north', sa.Double(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.Column('line', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('route_courses_import_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['original_id'], ['original_files.id'], name=op.f('route_courses_original_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('route_courses_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('route_courses_pkey'))
    )
    op.create_index(op.f('route_courses_import_id_idx'), 'route_courses', ['import_id'], unique=False)
    op.create_index(op.f('route_courses_original_id_idx'), 'route_courses', ['original_id'], unique=False)
    op.create_index(op.f('route_courses_user_id_sport_group_idx'), 'route_courses', ['user_id', 'sport_group'], unique=False)
    # Whole kilobytes of coordinates: compressing them costs more than it saves.
    for table in ("activity_lines", "route_courses"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN line SET STORAGE EXTERNAL")
