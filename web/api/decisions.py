"""Decisions asked on any facts: what a table says, and which rows said it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from cpm.queries import deciding
from web.api import definition_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Free, Moment, Strict, Whole
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Decisions"]


class QuestionSchema(Strict):
    facts = Data(
        load_default=dict,
        metadata={
            "description": 'By name; what is not there is null. `{"@": "2026-03-01"}` is FEEL\'s `@"2026-03-01"`.'
        },
    )
    version = Whole(metadata={"description": "Of the file that holds it; without it, the one in force."})
    now = Moment(metadata={"description": "What FEEL's now() and today() say; without it, the present."})
    explain = fields.Boolean(
        load_default=False, metadata={"description": "Whether to tell which parts were null, and why."}
    )


class RuleSchema(Strict):
    number = fields.Integer(required=True, metadata={"description": "From 1, as the modeller shows it."})
    id = fields.String(required=True)
    note = fields.String(required=True)


class FiredSchema(RuleSchema):
    outputs = Data(required=True, metadata={"description": "What it says, by column."})


class EvidenceSchema(Strict):
    decision = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(
        required=True, metadata={"description": "DMN's word: decisionTable, literalExpression, context ..."}
    )
    rules = fields.List(fields.Nested(FiredSchema), required=True, metadata={"description": "That fired."})
    inputs = Data(required=True, metadata={"description": "What it looked at, by the column's label."})
    value = Free(required=True, allow_none=True)


class NullSchema(Strict):
    where = fields.String(
        required=True, metadata={"description": "Decision, row and column, as in Fees, Rule 1, output 1."}
    )
    text = fields.String(required=True, metadata={"description": "The part that was null."})
    line = fields.Integer(required=True, metadata={"description": "In its cell, from 1, as is the column."})
    column = fields.Integer(required=True)
    reason = fields.String(required=True)


class DecidedSchema(Strict):
    decision = fields.String(required=True)
    version = fields.Integer(required=True)
    value = Free(required=True, allow_none=True)
    evidence = fields.List(
        fields.Nested(EvidenceSchema),
        required=True,
        metadata={"description": "In the order of evaluation: what is required comes first."},
    )
    unread = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Facts that it never looks at: a name is misspelt, or the fact is not needed."
        },
    )
    explanation = fields.List(
        fields.Nested(NullSchema),
        required=True,
        allow_none=True,
        metadata={
            "description": "If asked for: what is null by itself comes before what is so because of it."
        },
    )


@blueprint.post("/decisions/<string(maxlength=200):key>/evaluate", tags=TAGS)
@scoped("decisions:evaluate")
@blueprint.arguments(QuestionSchema, example=examples.QUESTION)
@blueprint.response(200, DecidedSchema, example=examples.DECIDED)
def evaluate_decision(given: Mapping[str, Any], key: str) -> Any:
    """What a deployed decision says on these facts; nothing is changed.

    422 says why it has no answer: a limit, or a hit policy that the facts violate.
    """
    with engine().read(visitor().login) as look:
        return deciding.decide(
            look,
            key,
            given["facts"],
            version=given.get("version"),
            now=given.get("now"),
            explain=language() if given["explain"] else None,
        )
