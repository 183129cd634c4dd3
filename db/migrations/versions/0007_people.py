"""People who sign in, their sittings, the tokens of programs, and a log that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
REFUSAL = "the log only grows: nothing in it is changed or deleted"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("password", WORDS, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint("role IN ('recruiter', 'operator')", name=op.f("ck_person_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "sitting",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sitting_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sitting")),
    )
    op.create_index("ix_sitting_person_id", "sitting", ["person_id"])
    op.create_table(
        "token",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("scope IN ('read', 'decide', 'operate')", name=op.f("ck_token_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("name", name=op.f("uq_token_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_table(
        "act",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", WORDS, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undoes", KEY, nullable=True),
        sa.Column("key", WORDS, nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["act.id"], name=op.f("fk_act_undoes"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint("undoes", name=op.f("uq_act_undoes")),
        sa.UniqueConstraint("key", name=op.f("uq_act_key")),
    )
    for name in ("who", "what", "subject"):
        op.create_index(f"ix_act_{name}", "act", [name, "id"])
    _keep()


def _keep() -> None:
    """The database refuses whatever is not an addition to the log."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER act_{name} BEFORE {name.upper()} ON act"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION act_stays() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER act_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON act"
        " FOR EACH STATEMENT EXECUTE FUNCTION act_stays()"
    )


def downgrade() -> None:
    op.drop_table("act")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION act_stays()")
    op.drop_table("token")
    op.drop_index("ix_sitting_person_id", "sitting")
    op.drop_table("sitting")
    op.drop_table("person")
