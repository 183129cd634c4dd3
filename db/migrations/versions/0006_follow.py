"""What people follow by feed and by e-mail, what they were told, and when a feed's entries changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_listing_job", "listing", ["job_id", "first_seen"])
    op.drop_index("ix_listing_job_id", "listing")
    op.create_table(
        "follow",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("address", WORDS, nullable=True),
        sa.Column("every", sa.String(length=4), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint("every IN ('day', 'week')", name=op.f("ck_follow_every")),
        sa.CheckConstraint("address IS NULL OR every IS NOT NULL", name=op.f("ck_follow_mailed")),
        sa.CheckConstraint("address IS NOT NULL OR confirmed_at IS NULL", name=op.f("ck_follow_confirmed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("digest", name=op.f("uq_follow_digest")),
    )
    op.create_index("ix_follow_used_on", "follow", ["used_on"])
    op.create_index("ix_follow_address", "follow", ["address"])
    op.create_table(
        "told",
        sa.Column("follow_id", KEY, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follow.id"], name=op.f("fk_told_follow_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_told_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_id", "listing_id", name=op.f("pk_told")),
    )
    op.create_index("ix_told_listing_id", "told", ["listing_id"])
    op.create_table(
        "feed_entry",
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_feed_entry_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_feed_entry")),
    )


def downgrade() -> None:
    op.drop_table("feed_entry")
    op.drop_index("ix_told_listing_id", "told")
    op.drop_table("told")
    op.drop_index("ix_follow_address", "follow")
    op.drop_index("ix_follow_used_on", "follow")
    op.drop_table("follow")
    op.create_index("ix_listing_job_id", "listing", ["job_id"])
    op.drop_index("ix_listing_job", "listing")
