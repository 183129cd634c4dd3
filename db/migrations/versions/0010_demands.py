"""What each listing's ad demands, as lists show it; null until it is read (`rolecall roles again`)."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listing", sa.Column("demands", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("listing", "demands")
