"""What became of a file because its activity was deleted: a code and a moment instead of an English sentence."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TO_CODE = """
UPDATE import_items SET reason = '', problems = problems || jsonb_build_array(jsonb_build_object(
    'code', '{code}', 'text', '', 'where',
    to_char(to_date(substring(reason FROM '[0-9]+ [A-Z][a-z]+ [0-9]+'), 'DD Month YYYY'), 'YYYY-MM-DD"T12:00:00+00:00"')
)) WHERE reason ~ '^{begins} [0-9]+ [A-Z][a-z]+ [0-9]+[.]$'
"""


def upgrade() -> None:
    op.execute(_TO_CODE.format(code="deleted", begins="Deleted on"))
    op.execute(_TO_CODE.format(code="deleted_like", begins="Another file of this workout was deleted on"))
