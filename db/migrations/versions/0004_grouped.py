"""Which grouping the jobs are of, and an index from which a night reads what has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("grouped", sa.String(length=32), nullable=True))
    op.create_index("ix_listing_said", "listing", ["closed_at", "digest"])


def downgrade() -> None:
    op.drop_index("ix_listing_said", "listing")
    op.drop_column("installation", "grouped")
