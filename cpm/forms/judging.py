"""What speaks against an answer, field by field and row by row; and, if nothing does, what it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cpm.forms.constraints import misfits
from cpm.forms.field import Field
from cpm.forms.messages import IN_ROW, Misfit, printable, say
from cpm.forms.situation import Row, Situation


@dataclass(frozen=True, slots=True)
class Judge:
    #: As Form.validate has them.
    asked: frozenset[str] | None
    language: str

    def problems(
        self, fields: Sequence[Field], situation: Situation, path: str = ""
    ) -> Iterator[tuple[str, str]]:
        """The field's path and the sentence."""
        for field in fields:
            if field.key in situation.hidden:
                continue
            name = f"{path}{field.key}"
            unseen = self.asked is not None and name not in self.asked and field.key not in situation.locked
            for misfit in _misfits(field, situation) or [Misfit("appeared")] * unseen:
                yield name, _sentence(field, misfit, self.language)
            there = [row for row in _rows(field, situation) if not row.gone]
            for number, row in enumerate(there):
                for at, sentence in self._of_row(field, row, f"{name}[{number}]"):
                    yield at, IN_ROW.of(self.language).format(number=number + 1, sentence=sentence)

    def _of_row(self, field: Field, row: Row, name: str) -> Iterator[tuple[str, str]]:
        assert field.rows is not None, "only lists have rows"
        if row.misfit is not None:
            yield name, row.misfit.sentence(field.label(self.language), self.language)
        for each in map(printable, row.unknown):
            yield f"{name}.{each}", say("unknown", self.language, label=each)
        yield from self.problems(field.rows.fields, row.situation, f"{name}.")


def answer(fields: Sequence[Field], situation: Situation) -> dict[str, object]:
    """The clean values, without those that are hidden, or locked and not ours."""
    kept = situation.locked - situation.ours
    return {
        field.key: _value(field, situation) for field in fields if field.key not in situation.hidden | kept
    }


def _value(field: Field, situation: Situation) -> object:
    if field.rows is None:
        return situation.clean[field.key]
    rows = (row for row in situation.rows[field.key] if not row.gone)
    return [_row(row) for row in rows]


def _row(row: Row) -> dict[str, object]:
    """Whole, with what is locked: a list is stored as one value."""
    shown = {key: value for key, value in row.situation.clean.items() if key not in row.situation.hidden}
    return {**row.beside, **shown}


def _misfits(field: Field, situation: Situation) -> list[Misfit]:
    if field.key in situation.misfits:
        return [situation.misfits[field.key]]
    if field.key in situation.locked:
        return []  # nobody here could put it right
    try:
        return list(misfits(field, situation.clean[field.key], situation.facts))
    except Misfit as misfit:
        return [misfit]


def _rows(field: Field, situation: Situation) -> Sequence[Row]:
    """None of too many: they were not worked out."""
    told = situation.misfits.get(field.key)
    return () if told is not None and told.code == "too_many_rows" else situation.rows.get(field.key, ())


def _sentence(field: Field, misfit: Misfit, language: str) -> str:
    own = {"check": field.check_words, "pattern": field.limits.pattern_words}.get(misfit.code)
    return own.of(language) if own else misfit.sentence(field.label(language) or field.key, language)
