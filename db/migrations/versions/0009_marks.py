"""Marks of people on campaigns and templates; the review queue: doubts of pairs, and what was skipped."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ENDS = ("source_a", "identifier_a", "source_b", "identifier_b")


def upgrade() -> None:
    op.create_table(
        "mark",
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ENDS),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_by", WORDS, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint("source_a <> source_b OR identifier_a <> identifier_b", name=op.f("ck_mark_two")),
        sa.CheckConstraint("what IN ('campaign', 'template')", name=op.f("ck_mark_what")),
        sa.CheckConstraint("decision IN ('together', 'apart')", name=op.f("ck_mark_decision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint(*ENDS, "what", name=op.f(f"uq_mark_{'_'.join(ENDS)}_what")),
    )
    op.create_index("ix_mark_source_b_identifier_b", "mark", ["source_b", "identifier_b"])
    op.create_table(
        "skip",
        sa.Column("sitting", sa.String(length=64), nullable=False),
        sa.Column("a_id", KEY, nullable=False),
        sa.Column("b_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting"], ["sitting.digest"], name=op.f("fk_skip_sitting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["a_id"], ["listing.id"], name=op.f("fk_skip_a_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["listing.id"], name=op.f("fk_skip_b_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sitting", "a_id", "b_id", name=op.f("pk_skip")),
    )
    op.create_index("ix_skip_a_id", "skip", ["a_id"])
    op.create_index("ix_skip_b_id", "skip", ["b_id"])
    op.add_column("pair", sa.Column("doubt", sa.Double(), nullable=False, server_default="0"))
    op.create_index("ix_pair_doubt_a_id_b_id", "pair", ["doubt", "a_id", "b_id"])


def downgrade() -> None:
    op.drop_index("ix_pair_doubt_a_id_b_id", "pair")
    op.drop_column("pair", "doubt")
    op.drop_table("skip")
    op.drop_index("ix_mark_source_b_identifier_b", "mark")
    op.drop_table("mark")
