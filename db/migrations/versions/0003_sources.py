"""What sources ask to be named by, lists that take several nights, and the language of an ad."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("attribution", sa.JSON(), nullable=True))
    op.add_column("source", sa.Column("sweep", sa.JSON(), nullable=True))
    op.add_column("listing", sa.Column("language", sa.String(length=3), nullable=True))
    op.create_index("ix_listing_source", "listing", ["source_id", "closed_at"])
    op.drop_index("ix_listing_place_place", "listing_place")


def downgrade() -> None:
    op.create_index("ix_listing_place_place", "listing_place", ["locality", "region", "country"])
    op.drop_index("ix_listing_source", "listing")
    op.drop_column("listing", "language")
    op.drop_column("source", "sweep")
    op.drop_column("source", "attribution")
