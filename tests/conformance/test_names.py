"""Names that others collected: codes of Kölner Phonetik from Apache Commons Codec, persons who were entered twice."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from cpm.commands import duplicates
from cpm.identity import cologne
from cpm.model import Customer, Duplicate
from tests.world import World


@pytest.fixture(scope="module")
def names(corpora: Path) -> Path:
    folder = corpora / "names"
    assert folder.is_dir(), f"Expected CPM_CORPORA to have names/, but {folder} is none"
    return folder


def test_words_have_the_codes_of_commons_codec(names):
    wrong = {
        row["word"]: (row["code"], cologne(row["word"]))
        for row in _rows(names / "cologne_phonetic_commons_codec.csv")
        if cologne(row["word"]) != row["code"]
    }
    assert wrong == {}


def test_words_that_sound_alike_have_one_code(names):
    pairs = list(csv.reader((names / "cologne_equal_pairs_commons_codec.csv").read_text().splitlines()))
    assert len(pairs) > 5
    assert [(one, other) for one, other in pairs if cologne(one) != cologne(other)] == []


def _rows(path: Path) -> list[dict[str, str]]:
    found = list(csv.DictReader(path.read_text().splitlines()))
    assert len(found) > 50
    return found


def test_persons_who_were_entered_twice_are_suggested_and_nobody_else(names, firm):
    """RLdata500 of R's RecordLinkage: through the keys in the database, as customers are found."""
    rows = _rows(names / "RLdata500.csv")
    with firm.engine.begin("test") as uow:
        uow.session.add_all(_person(row, uow.now) for row in rows)
    _scanned(firm)
    with firm.engine.read() as look:
        found = {(row.one_id, row.other_id) for row in look.session.scalars(select(Duplicate))}
        merged = select(Customer.id).where(Customer.merged_into_id.is_not(None))
        assert look.session.scalars(merged).all() == [], "nothing is ever linked by such evidence"
    persons: dict[str, list[int]] = {}
    for row in rows:
        persons.setdefault(row["ent_id"], []).append(int(row["rec_id"]))
    true = {(min(ids), max(ids)) for ids in persons.values() if len(ids) == 2}
    right = len(found & true)
    precision, recall = right / len(found), right / len(true)
    assert 2 * precision * recall / (precision + recall) >= 0.98


def _person(row: dict[str, str], now: datetime) -> Customer:
    first, last = (
        " ".join(row[f"{name}_{part}"] for part in ("c1", "c2") if row[f"{name}_{part}"] != "NA")
        for name in ("fname", "lname")
    )
    born = date(int(row["by"]), int(row["bm"]), int(row["bd"]))
    return Customer(id=int(row["rec_id"]), first_name=first, last_name=last, born=born, created_at=now)


def _scanned(firm: World) -> int:
    last: int | None = 0
    new = 0
    while last is not None:
        with firm.engine.begin("test") as uow:
            last, more = duplicates.scan(uow, after=last)
            new += more
    return new
