"""Archives on their way in, tokens for phones, the watched folder, gear, photos."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('upload_tokens',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('upload_tokens_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('upload_tokens_pkey')),
    sa.UniqueConstraint('token_hash', name=op.f('upload_tokens_token_hash_key'))
    )
    op.create_index(op.f('upload_tokens_user_id_idx'), 'upload_tokens', ['user_id'], unique=False)
    op.create_table('gear',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('brand', sa.Text(), nullable=False),
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('gear_import_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('gear_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('gear_pkey')),
    sa.UniqueConstraint('import_id', 'kind', 'name', 'brand', 'model', name=op.f('gear_import_id_kind_name_brand_model_key'))
    )
    op.create_index(op.f('gear_user_id_idx'), 'gear', ['user_id'], unique=False)
    op.create_table('uploads',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), server_default='', nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('received_bytes', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('state', sa.Text(), server_default='receiving', nullable=False),
    sa.Column('source', sa.Text(), server_default='page', nullable=False),
    sa.Column('looked_at', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('to_look_at', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('plan', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('uploads_import_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['parent_id'], ['uploads.id'], name=op.f('uploads_parent_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('uploads_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('uploads_pkey'))
    )
    op.create_index(op.f('uploads_import_id_idx'), 'uploads', ['import_id'], unique=False)
    op.create_index(op.f('uploads_parent_id_idx'), 'uploads', ['parent_id'], unique=False)
    op.create_index(op.f('uploads_user_id_idx'), 'uploads', ['user_id'], unique=False)
    op.create_table('watched_files',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('modified_ns', sa.BigInteger(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('watched_files_import_id_fkey'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('watched_files_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'path', name=op.f('watched_files_pkey'))
    )
    op.create_table('upload_chunks',
    sa.Column('upload_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('upload_chunks_upload_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('upload_id', 'number', name=op.f('upload_chunks_pkey'))
    )
    op.create_table('upload_notes',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('upload_id', sa.BigInteger(), nullable=False),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('duration_s', sa.Double(), nullable=False),
    sa.Column('about', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('upload_notes_upload_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('upload_notes_pkey'))
    )
    op.create_index(op.f('upload_notes_upload_id_start_time_idx'), 'upload_notes', ['upload_id', 'start_time'], unique=False)
    op.create_table('activity_photos',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.BigInteger(), nullable=False),
    sa.Column('original_id', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('width', sa.SmallInteger(), nullable=True),
    sa.Column('height', sa.SmallInteger(), nullable=True),
    sa.Column('thumbnail', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('activity_photos_import_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['import_items.id'], name=op.f('activity_photos_item_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['original_id'], ['original_files.id'], name=op.f('activity_photos_original_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('activity_photos_user_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('activity_photos_pkey')),
    sa.UniqueConstraint('item_id', 'original_id', name=op.f('activity_photos_item_id_original_id_key'))
    )
    op.create_index(op.f('activity_photos_import_id_idx'), 'activity_photos', ['import_id'], unique=False)
    op.create_index(op.f('activity_photos_original_id_idx'), 'activity_photos', ['original_id'], unique=False)
    op.create_index(op.f('activity_photos_user_id_idx'), 'activity_photos', ['user_id'], unique=False)
    op.add_column('import_items', sa.Column('upload_id', sa.BigInteger(), nullable=True))
    op.add_column('import_items', sa.Column('place', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('import_items', sa.Column('claim', sa.BigInteger(), nullable=True))
    op.create_index(op.f('import_items_upload_id_idx'), 'import_items', ['upload_id'], unique=False)
    op.create_foreign_key(op.f('import_items_upload_id_fkey'), 'import_items', 'uploads', ['upload_id'], ['id'], ondelete='SET NULL')
    op.create_index('import_items_waiting_idx', 'import_items', ['import_id', 'id'], unique=False,
                    postgresql_where=sa.text("state = 'waiting'"))
    # Archives are packed already: PostgreSQL shall not try again.
    op.execute("ALTER TABLE upload_chunks ALTER COLUMN data SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE activity_photos ALTER COLUMN thumbnail SET STORAGE EXTERNAL")
