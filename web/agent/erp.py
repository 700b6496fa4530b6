"""What the ERP knows of a customer or of a case's orders: shown from what was heard last, asked anew within a budget."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cpm.model import Case, Customer
from cpm.queries import customers, erp_case, erp_customer
from web import access
from web.agent.blueprint import READERS, blueprint
from web.agent.case import must_see
from web.agent.erp_shown import of_case, of_customer
from web.erp.asking import asked
from web.here import engine
from web.visitor import visitor


@blueprint.get("/customers/<int:customer_id>/erp")
@access.granted(*READERS)
def customer_erp(customer_id: int) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        customer = customers.must_see(look, customer_id)
        wants = erp_customer.wants(look, customer)
        name = customer.name
    codes = asked(wants)
    with engine().read(visitor().login) as look:
        found = of_customer(look, look.get(Customer, customer_id), codes)
    return render_template(
        "agent/erp_panel.html",
        panel="agent/_erp_customer.html",
        title=name,
        back=url_for("agent.customer", customer_id=customer_id),
        view={"id": customer_id},
        erp=found,
    )


@blueprint.get("/cases/<number>/erp")
@access.granted(*READERS)
def case_erp(number: str) -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        case_id = must_see(look, number)
        wants = erp_case.wants(erp_case.orders(look, case_id))
    codes = asked(wants)
    with engine().read(visitor().login) as look:
        found = of_case(look, look.get(Case, case_id), codes)
    return render_template(
        "agent/erp_panel.html",
        panel="agent/_erp_case.html",
        title=number,
        back=url_for("agent.case", number=number),
        erp=found,
    )
