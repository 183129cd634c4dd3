"""What people keep of jobs, without an account."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
        sa.UniqueConstraint("digest", name=op.f("uq_saved_list_digest")),
    )
    op.create_index("ix_saved_list_used_on", "saved_list", ["used_on"])
    op.create_table(
        "saved_job",
        sa.Column("list_id", KEY, nullable=False),
        sa.Column("job_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint("state IN ('saved', 'applied', 'hidden')", name=op.f("ck_saved_job_state")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["saved_list.id"], name=op.f("fk_saved_job_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "job_id", name=op.f("pk_saved_job")),
    )


def downgrade() -> None:
    op.drop_table("saved_job")
    op.drop_index("ix_saved_list_used_on", "saved_list")
    op.drop_table("saved_list")
