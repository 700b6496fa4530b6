"""Find messages by their words, and a case's in the order of time.

The index of words belongs to the database alone: no model has it. PostgreSQL keeps the words in a generated column, SQLite in a
table of FTS5 that triggers follow. Whoever lets SQLite copy the table `interactions` makes the triggers anew (`follow`). Of a
text its first 100,000 characters are looked through: no index of PostgreSQL holds the words of a megabyte.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

#: Letters with marks as those without: FTS5's `remove_diacritics` does the same.
MARKED = "áàâäãåāăąçćčďéèêëēęěíìîïīñńňóòôöõōřśšşťúùûüūůýÿžźż"
PLAIN = "aaaaaaaaacccdeeeeeeeiiiiinnnoooooorssstuuuuuuyyzzz"


def upgrade() -> None:
    op.drop_index("ix_interactions_case", "interactions")
    op.create_index("ix_interactions_case", "interactions", ["case_id", "at", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"ALTER TABLE interactions ADD COLUMN words tsvector GENERATED ALWAYS AS ({_words()}) STORED"
        )
        op.execute("CREATE INDEX ix_interactions_words ON interactions USING gin (words)")
        return
    op.execute(
        "CREATE VIRTUAL TABLE interaction_words USING fts5(subject, text, content='interactions', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2', detail='none', prefix='3')"
    )
    op.execute(
        "INSERT INTO interaction_words (rowid, subject, text)"
        " SELECT id, subject, substr(text, 1, 100000) FROM interactions"
    )
    follow()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE interactions DROP COLUMN words")
    else:
        for when in ("added", "taken", "changed"):
            op.execute(f"DROP TRIGGER interaction_words_{when}")
        op.execute("DROP TABLE interaction_words")
    op.drop_index("ix_interactions_case", "interactions")
    op.create_index("ix_interactions_case", "interactions", ["case_id"])


def follow() -> None:
    """SQLite: what is written to the table is written to its words."""
    add = "INSERT INTO interaction_words (rowid, subject, text) VALUES (new.id, new.subject, substr(new.text, 1, 100000));"
    take = (
        "INSERT INTO interaction_words (interaction_words, rowid, subject, text)"
        " VALUES ('delete', old.id, old.subject, substr(old.text, 1, 100000));"
    )
    for when, event, what in (
        ("added", "INSERT", add),
        ("taken", "DELETE", take),
        ("changed", "UPDATE OF subject, text", take + add),
    ):
        op.execute(f"CREATE TRIGGER interaction_words_{when} AFTER {event} ON interactions BEGIN {what} END")


def _words() -> str:
    """Letters and digits are words, all else parts them, as FTS5 has it; by ICU's letters, whatever the database's are."""
    icu = "SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'"
    collation = 'COLLATE "und-x-icu"' if op.get_bind().scalar(sa.text(icu)) else ""
    lower = f"lower(left(subject || ' ' || text, 100000) {collation})"
    return f"to_tsvector('simple', regexp_replace(translate({lower}, '{MARKED}', '{PLAIN}'), '[^[:alnum:]]+', ' ', 'g'))"
