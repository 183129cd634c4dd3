"""What recruiters sort and filter jobs by, and the views that they keep."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ORDERS = ("title", "organization", "place", "requisition", "first_seen", "last_seen", "listings", "reposts")


def upgrade() -> None:
    _tally()
    op.create_table(
        "carried",
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("organization", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("agency", sa.Boolean(), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("reposts", sa.Integer(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_carried_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_carried_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "source_id", "organization", name=op.f("pk_carried")),
    )
    op.create_index("ix_carried_source_id", "carried", ["source_id", "job_id"])
    op.create_index("ix_carried_organization", "carried", ["organization", "job_id"])
    op.create_index("ix_carried_agency", "carried", ["agency", "organization"])
    op.create_table(
        "view",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("query", WORDS, nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_view_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_view_person_id_name")),
    )


def _tally() -> None:
    op.create_table(
        "tally",
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("organization", WORDS, nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("requisition", WORDS, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("agencies", sa.Integer(), nullable=False),
        sa.Column("reposts", sa.Integer(), nullable=False),
        sa.Column("reposted", sa.Date(), nullable=True),
        sa.Column("campaign", sa.String(length=16), nullable=True),
        sa.Column("template", sa.String(length=16), nullable=True),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.CheckConstraint("role IN ('core', 'adjacent', 'other')", name=op.f("ck_tally_role")),
        sa.CheckConstraint("last_seen >= first_seen", name=op.f("ck_tally_seen")),
        sa.CheckConstraint("listings >= 1", name=op.f("ck_tally_listings")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_tally_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_tally")),
    )
    for column in ORDERS:
        op.create_index(f"ix_tally_{column}", "tally", [column, "job_id"])
    op.create_index("ix_tally_campaign", "tally", ["campaign"])
    op.create_index("ix_tally_template", "tally", ["template", "organization"])


def downgrade() -> None:
    for table in ("view", "carried", "tally"):
        op.drop_table(table)
