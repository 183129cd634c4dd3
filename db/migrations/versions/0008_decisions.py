"""Choices of people, what a verdict was given on, and how a merged job comes back as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("identifier", WORDS, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint("what IN ('canonical', 'note')", name=op.f("ck_choice_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
        sa.UniqueConstraint("source", "identifier", "what", name=op.f("uq_choice_source_identifier_what")),
    )
    op.create_index("ix_verdict_source_b_identifier_b", "verdict", ["source_b", "identifier_b"])
    op.add_column("verdict", sa.Column("digest_a", sa.String(length=32), nullable=True))
    op.add_column("verdict", sa.Column("digest_b", sa.String(length=32), nullable=True))
    op.add_column("job", sa.Column("heir_id", KEY, nullable=True))
    op.add_column("redirect", sa.Column("heir_id", KEY, nullable=True))
    op.add_column("redirect", sa.Column("created_at", MOMENT, nullable=True))


def downgrade() -> None:
    op.drop_column("redirect", "created_at")
    op.drop_column("redirect", "heir_id")
    op.drop_column("job", "heir_id")
    op.drop_column("verdict", "digest_b")
    op.drop_column("verdict", "digest_a")
    op.drop_index("ix_verdict_source_b_identifier_b", "verdict")
    op.drop_table("choice")
