"""The matters of customers: listed by what every case has and by attributes, looked at, opened by hand."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from marshmallow import INCLUDE, fields

from cpm.attributes import Kind, Search
from cpm.commands import notes
from cpm.commands.customers import Facts
from cpm.commands.notes import CHANNELS, NewCustomer, Said
from cpm.errors import Invalid
from cpm.queries import access, case_lists, cases
from cpm.uow import UnitOfWork
from web.api import examples, paging, suspension_examples
from web.api.blueprint import blueprint, scoped
from web.api.case_schemas import CaseDetailsSchema
from web.api.customer_schemas import NewCustomerSchema
from web.api.fields import Data, Strict, Text, Whole, Word
from web.api.keyed import command
from web.api.paging import PagedQuery, PageSchema, paged, window
from web.here import engine
from web.language import language
from web.visitor import visitor

TAGS = ["Cases"]


class ColumnSchema(Strict):
    name = fields.String(required=True)
    label = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in Kind]})


class CaseRowSchema(Strict):
    number = fields.String(required=True)
    process = fields.String(required=True)
    values = Data(required=True, metadata={"description": "By column; numbers and money are text, exactly."})
    misfits = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Attributes whose variable is of another type."},
    )


class CasePageSchema(PageSchema):
    items = fields.List(fields.Nested(CaseRowSchema), required=True)
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    sums = Data(required=True, metadata={"description": "Of all pages, by column."})


class CaseQuery(PagedQuery):
    """Every column can be asked: `amount.from=100`; those of every case are listed, attributes come on top."""

    process = Text(200, metadata={"description": "Its attributes become columns."})
    state = Word(("open", "closed"))
    team = Text(100)
    customer = Text(200, metadata={"description": "A whole name or address; `customer.contains` for a part."})
    subject_contains = Text(200, data_key="subject.contains")
    due_to = Text(20, data_key="due.to", metadata={"description": "A day, or today+7; so for every date."})
    opened_from = Text(20, data_key="opened.from")
    sort = Text(100, metadata={"description": "A column; `-` before it: the largest first."})
    columns = Text(2_000, metadata={"description": "Names with commas between them."})


class NewCaseSchema(Strict):
    process = Text(200, required=True)
    channel = Word(CHANNELS, required=True)
    subject = Text(255, required=True)
    text = Text(100_000, required=True)
    language = Word(("de", "en"), allow_none=True, load_default=None)
    customer = Whole(
        allow_none=True, load_default=None, metadata={"description": "A known one; or new_customer."}
    )
    new_customer = fields.Nested(NewCustomerSchema, allow_none=True, load_default=None)
    data = Data(load_default=dict, metadata={"description": "Variables known from the first."})
    unique_id = Text(200, allow_none=True, load_default=None)


class OpenedSchema(Strict):
    number = fields.String(required=True)
    process = fields.String(required=True)
    state = fields.String(required=True)
    subject = fields.String(required=True)


@blueprint.get("/cases", tags=TAGS)
@scoped("cases:read")
@blueprint.arguments(CaseQuery, location="query", unknown=INCLUDE)
@blueprint.response(200, CasePageSchema, headers=paging.HEADERS, example=examples.CASE_PAGE)
def list_cases(query: dict[str, Any]) -> Any:
    """Cases by what every case has and, with a process, by its attributes; with sums."""
    offset, limit = window(query)
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in ("page", "page_size", "lang")]
    with engine().read(visitor().login) as look:
        search = Search.of_pairs(pairs)
        found = case_lists.page(look, search, language=language(), offset=offset, limit=limit, api=True)
    return paged(found.rows, found.total, offset, limit, columns=found.columns, sums=found.sums)


@blueprint.get("/cases/<case:case_id>", tags=TAGS)
@scoped("cases:read")
@blueprint.response(200, CaseDetailsSchema, example=suspension_examples.CASE_DETAILS)
def get_case(case_id: int) -> Any:
    """One case with all that is open and was said in it, and its data."""
    with engine().read(visitor().login) as look:
        access.must_see(look, case_id, api=True)
        return cases.view(look, case_id, language())


@blueprint.post("/cases", tags=TAGS)
@scoped("cases:write")
@blueprint.arguments(NewCaseSchema, example=examples.NEW_CASE)
@command
@blueprint.response(201, OpenedSchema, example=examples.OPENED)
def open_case(given: Mapping[str, Any], uow: UnitOfWork) -> Any:
    """Open a case for what a customer told an agent; other systems send an interaction instead.

    403 unless the token's user is an agent or a supervisor.
    """
    said = Said(**{name: given[name] for name in ("channel", "subject", "text", "unique_id", "language")})
    opened = notes.open_by_hand(
        uow, said, process=given["process"], customer=_customer(given), data=given["data"]
    )
    return opened, {"Location": url_for("api.get_case", case_id=opened.id)}


def _customer(given: Mapping[str, Any]) -> int | NewCustomer:
    known, new = given["customer"], given["new_customer"]
    if (known is None) == (new is None):
        raise Invalid(
            "Expected either a known customer or a new one, but not both or none",
            [("customer", "give either customer or new_customer")],
            de="Bitte entweder customer oder new_customer angeben.",
        )
    if known is not None:
        return int(known)
    facts = {name: value for name, value in new.items() if name not in ("email", "phone")}
    return NewCustomer(Facts(**facts), email=new["email"], phone=new["phone"])
