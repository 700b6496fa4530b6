"""Notes on a customer: added, changed and taken back on their page, and those that it has no room for."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import customer_notes as commands
from cpm.queries import customer_notes as queries
from cpm.queries import customers
from web import access, addresses
from web.agent.blueprint import READERS, blueprint
from web.agent.customers import changed
from web.here import engine
from web.language import translate as _
from web.visitor import visitor

PATH = "/customers/<int:customer_id>/notes"
PART = "notes"


@blueprint.get(PATH)
@access.granted(*READERS)
def customer_notes(customer_id: int) -> ResponseReturnValue:
    before = addresses.whole(request.args.get("before", ""))
    with engine().read(visitor().login) as look:
        customer = customers.must_see(look, customer_id)
        found = queries.of_customer(look, customer, before=before)
        who = {"id": customer.id, "number": customer.number, "name": customer.name}
    return render_template("agent/customer_notes.html", view=who, notes=found)


@blueprint.post(PATH)
@access.granted(*READERS)
def add_customer_note(customer_id: int) -> ResponseReturnValue:
    text = request.form.get("note", "")
    return changed(
        customer_id,
        lambda uow: commands.add(uow, customer_id, text),
        _("Your note is kept."),
        part=PART,
    )


@blueprint.post(f"{PATH}/<int:note_id>")
@access.granted(*READERS)
def change_customer_note(customer_id: int, note_id: int) -> ResponseReturnValue:
    """What was typed comes back beside the note as it is now; in the field for a new one, if it is there no more."""
    form = request.form
    seen = addresses.posted("seen")
    return changed(
        customer_id,
        lambda uow: commands.change(uow, customer_id, note_id, form.get("note", ""), seen=seen),
        _("Your note is kept."),
        part=PART,
        row=note_id,
    )


@blueprint.post(f"{PATH}/<int:note_id>/taken-back")
@access.granted(*READERS)
def take_back_customer_note(customer_id: int, note_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        customers.must_see(uow, customer_id)
        commands.take_back(uow, customer_id, note_id)
    flash(_("The note is taken back."), PART)
    return redirect(url_for("agent.customer", customer_id=customer_id, _anchor=PART), 303)


@blueprint.get(f"{PATH}/<int:note_id>")
@blueprint.get(f"{PATH}/<int:note_id>/taken-back")
@access.granted(*READERS)
def customer_note_again(customer_id: int, note_id: int) -> ResponseReturnValue:
    """Whoever loads the address of a button that was refused."""
    return redirect(url_for("agent.customer", customer_id=customer_id, _anchor=f"note-{note_id}"), 303)
