"""What the ERP knows of a customer and of a case's orders: as it was heard last, with its age, and how it stands with the ERP."""

from typing import Any

from marshmallow import fields

from cpm.model import Case, Customer
from cpm.queries import access, customers, erp_case, erp_customer
from web.api import erp_examples as examples
from web.api.blueprint import blueprint, scoped
from web.api.fields import Data, Moment, Strict
from web.erp.asking import asked
from web.here import engine
from web.language import language
from web.visitor import visitor

_WHY = "Why what was heard last is not what is so now: a fault's code; empty if it is."


class ErpStandingSchema(Strict):
    up = fields.Boolean(required=True, metadata={"description": "As far as this process knows."})
    since = Moment(required=True, allow_none=True)
    why = fields.String(required=True, metadata={"description": _WHY})


class HeardSchema(Strict):
    system = fields.String(required=True, metadata={"description": "tryton or demo; demo has no real data."})
    standing = fields.Nested(ErpStandingSchema, required=True)
    as_of = Moment(required=True, allow_none=True, metadata={"description": "null: nothing was ever heard."})
    age = fields.Integer(required=True, metadata={"description": "Seconds since."})


class CustomerInErpSchema(HeardSchema):
    linked = fields.Boolean(required=True, metadata={"description": "Somebody has said who they are there."})
    key = fields.String(required=True)
    terms = Data(required=True, allow_none=True)
    orders = fields.List(
        Data(),
        required=True,
        metadata={"description": "`case` null, `key` empty: of a case that you may not see."},
    )
    invoices = fields.List(Data(), required=True)
    differences = fields.List(
        Data(), required=True, metadata={"description": "Changed on both sides: a person decides."}
    )


class CustomerErpSchema(Strict):
    systems = fields.List(fields.Nested(CustomerInErpSchema), required=True)


class OrderInErpSchema(HeardSchema):
    key = fields.String(required=True)
    number = fields.String(required=True)
    order = Data(required=True, allow_none=True, metadata={"description": "null: it is not there."})


class CaseErpSchema(Strict):
    orders = fields.List(fields.Nested(OrderInErpSchema), required=True)


@blueprint.get("/customers/<id:customer_id>/erp", tags=["Customers"])
@scoped("customers:read")
@blueprint.response(200, CustomerErpSchema, example=examples.CUSTOMER_ERP)
def get_customer_erp(customer_id: int) -> Any:
    """A customer in the ERP: terms, orders, invoices. Answers within a fraction of a second with what is known by then."""
    with engine().read(visitor().login) as look:
        wants = erp_customer.wants(look, customers.must_see(look, customer_id, api=True))
    codes = asked(wants)
    with engine().read(visitor().login) as look:
        main, who = engine().erp.main, look.get(Customer, customer_id)
        found = erp_customer.sides(look, who, main, language=language(), api=True)
    return {"systems": [_side(one, codes.get(one.system, "")) for one in found]}


@blueprint.get("/cases/<case:case_id>/erp", tags=["Cases"])
@scoped("cases:read")
@blueprint.response(200, CaseErpSchema, example=examples.CASE_ERP)
def get_case_erp(case_id: int) -> Any:
    """The orders of a case in the ERP. Answers within a fraction of a second with what is known by then."""
    with engine().read(visitor().login) as look:
        case: Case = access.must_see(look, case_id, api=True)
        wants = erp_case.wants(erp_case.orders(look, case.id))
    codes = asked(wants)
    with engine().read(visitor().login) as look:
        found = erp_case.orders(look, case_id)
    return {"orders": [_order(one, codes.get(one.system, "")) for one in found]}


def _side(one: erp_customer.Side, code: str) -> dict[str, Any]:
    terms = one.terms
    limits = ("blocked", "credit_limit", "credit_used", "overdue")
    return {
        **_heard(one.system, one.at, one.age, code),
        "linked": one.link is not None,
        "key": one.key,
        "terms": None if terms is None else {name: getattr(terms, name) for name in limits},
        "orders": [_fields(order) for order in one.orders],
        "invoices": [_fields(invoice) for invoice in one.invoices],
        "differences": [_fields(each) for each in one.data.differences] if one.data is not None else [],
    }


def _order(one: erp_case.CaseOrder, code: str) -> dict[str, Any]:
    told = ("state", "shipment", "invoice", "total")
    known = one.at is not None and not one.gone
    order = {
        **{name: getattr(one, name) for name in told},
        "shipments": [_fields(each) for each in one.shipments],
        "invoices": [_fields(each) for each in one.invoices],
    }
    heard = _heard(one.system, one.at, one.age, code)
    return {**heard, "key": one.key, "number": one.number, "order": order if known else None}


def _heard(system: str, at: Any, age: int, code: str) -> dict[str, Any]:
    standing = engine().erp.standing(system)
    why = code or ("" if standing.up else "unreachable")
    told = {"up": standing.up, "since": standing.since, "why": why}
    return {"system": system, "standing": told, "as_of": at, "age": age}


def _fields(noun: Any) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__dataclass_fields__}
