"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
TABLES = [
    "pair",
    "listing_place",
    "redirect",
    "listing",
    "drop",
    "crawl_run",
    "verdict",
    "source",
    "lease",
    "job",
    "installation",
]  # children first


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("canonical_id", KEY, nullable=False),
        sa.Column("campaign", sa.String(length=16), nullable=True),
        sa.Column("template", sa.String(length=16), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('core', 'adjacent', 'other')", name=op.f("ck_job_role")),
        sa.ForeignKeyConstraint(
            ["canonical_id"],
            ["listing.id"],
            name=op.f("fk_job_canonical_id"),
            ondelete="RESTRICT",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_campaign"), "job", ["campaign"])
    op.create_index(op.f("ix_job_canonical_id"), "job", ["canonical_id"])
    op.create_index(op.f("ix_job_closed_at"), "job", ["closed_at"])
    op.create_index(op.f("ix_job_template"), "job", ["template"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("work", sa.String(length=40), nullable=False),
        sa.Column("acquired_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("spider", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "verdict",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_a", WORDS, nullable=False),
        sa.Column("identifier_a", WORDS, nullable=False),
        sa.Column("source_b", WORDS, nullable=False),
        sa.Column("identifier_b", WORDS, nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint("decision IN ('same', 'different')", name=op.f("ck_verdict_decision")),
        sa.CheckConstraint(
            "source_a <> source_b OR identifier_a <> identifier_b", name=op.f("ck_verdict_two")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint(
            "source_a",
            "identifier_a",
            "source_b",
            "identifier_b",
            name=op.f("uq_verdict_source_a_identifier_a_source_b_identifier_b"),
        ),
    )
    op.create_table(
        "crawl_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status = 'running' OR finished_at IS NOT NULL", name=op.f("ck_crawl_run_finished")
        ),
        sa.CheckConstraint(
            "status = 'running' OR read = new + changed + unchanged + repeated + dropped",
            name=op.f("ck_crawl_run_adds_up"),
        ),
        sa.CheckConstraint(
            "status IN ('running', 'complete', 'partial', 'failed', 'blocked')",
            name=op.f("ck_crawl_run_status"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_crawl_run_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_run")),
    )
    op.create_index(op.f("ix_crawl_run_source_id"), "crawl_run", ["source_id"])
    op.create_table(
        "drop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("identifier", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_seen >= first_seen", name=op.f("ck_drop_seen")),
        sa.CheckConstraint("nights >= 1", name=op.f("ck_drop_nights")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_drop_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop")),
        sa.UniqueConstraint(
            "source_id", "identifier", "reason", name=op.f("uq_drop_source_id_identifier_reason")
        ),
    )
    op.create_table(
        "listing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=True),
        sa.Column("identifier", WORDS, nullable=False),
        sa.Column("url", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("hiring_organization", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("job_location", sa.JSON(), nullable=False),
        sa.Column("job_location_type", sa.String(length=10), nullable=True),
        sa.Column("date_posted", sa.Date(), nullable=True),
        sa.Column("valid_through", sa.Date(), nullable=True),
        sa.Column("base_salary", sa.JSON(), nullable=True),
        sa.Column("employment_type", sa.JSON(), nullable=False),
        sa.Column("requisition", WORDS, nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("pay_per_year", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("pay_currency", sa.String(length=3), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "job_location_type IN ('remote', 'hybrid', 'onsite')", name=op.f("ck_listing_job_location_type")
        ),
        sa.CheckConstraint("role IN ('core', 'adjacent', 'other')", name=op.f("ck_listing_role")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_listing_title")),
        sa.CheckConstraint("last_seen >= first_seen", name=op.f("ck_listing_seen")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_listing_job_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_listing_source_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("source_id", "identifier", name=op.f("uq_listing_source_id_identifier")),
    )
    op.create_index(op.f("ix_listing_job_id"), "listing", ["job_id"])
    op.create_index("ix_listing_open", "listing", ["closed_at", "job_id"])
    op.create_table(
        "redirect",
        sa.Column("old_id", sa.String(length=16), nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_redirect_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_redirect")),
    )
    op.create_index(op.f("ix_redirect_job_id"), "redirect", ["job_id"])
    op.create_table(
        "listing_place",
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locality", WORDS, nullable=True),
        sa.Column("region", WORDS, nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_place_listing_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listing_id", "position", name=op.f("pk_listing_place")),
    )
    op.create_index("ix_listing_place_place", "listing_place", ["locality", "region", "country"])
    op.create_table(
        "pair",
        sa.Column("id", KEY, nullable=False),
        sa.Column("a_id", KEY, nullable=False),
        sa.Column("b_id", KEY, nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=10), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("decided_by IN ('rule', 'model', 'verdict')", name=op.f("ck_pair_decided_by")),
        sa.CheckConstraint(
            "relation IN ('job', 'campaign', 'template', 'different')", name=op.f("ck_pair_relation")
        ),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_pair_two")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_pair_probability")),
        sa.ForeignKeyConstraint(["a_id"], ["listing.id"], name=op.f("fk_pair_a_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["listing.id"], name=op.f("fk_pair_b_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint("a_id", "b_id", name=op.f("uq_pair_a_id_b_id")),
    )
    op.create_index(op.f("ix_pair_b_id"), "pair", ["b_id"])
    if op.get_context().dialect.name != "sqlite":  # which has it from the start, and cannot add one
        op.create_foreign_key(
            op.f("fk_job_canonical_id"), "job", "listing", ["canonical_id"], ["id"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_job_canonical_id"), "job", type_="foreignkey")
    for table in TABLES:
        op.drop_table(table)
