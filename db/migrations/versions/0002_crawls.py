"""What a crawl remembers: pages, misses, and the sums of a run."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
SUMS = ("listed", "reopened", "open_before", "open_after", "missed", "returned", "held")


def upgrade() -> None:
    op.add_column("source", sa.Column("resume_at", MOMENT, nullable=True))
    op.add_column("listing", sa.Column("run_id", sa.BigInteger(), nullable=True))
    op.add_column("listing", sa.Column("missed_at", MOMENT, nullable=True))
    for name in SUMS:
        op.add_column("crawl_run", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("crawl_run", sa.Column("flapping", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "page",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("url", WORDS, nullable=False),
        sa.Column("etag", WORDS, nullable=False),
        sa.Column("last_modified", WORDS, nullable=False),
        sa.Column("version", WORDS, nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("gave", sa.JSON(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_page_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("source_id", "url", name=op.f("uq_page_source_id_url")),
    )


def downgrade() -> None:
    op.drop_table("page")
    for name in ("flapping", *SUMS):
        op.drop_column("crawl_run", name)
    op.drop_column("listing", "missed_at")
    op.drop_column("listing", "run_id")
    op.drop_column("source", "resume_at")
