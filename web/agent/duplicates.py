"""Customers who may be one: the queue, both side by side, merging, and undoing it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cpm.commands import duplicates as commands
from cpm.commands import merging
from cpm.errors import Conflict, CpmError
from cpm.queries import customer_words, customers, duplicates, merges
from cpm.queries.merge_preview import ATTRIBUTE
from web import access
from web.agent.blueprint import READERS, blueprint, page_number
from web.here import engine
from web.language import language
from web.language import translate as _
from web.visitor import visitor

PAIR = "/customers/<int:survivor_id>/merge/<int:merged_id>"
#: What the parts of a customer are called, by where they lie.
PLACES = {
    "cases.customer_id": "Cases",
    "identifiers.customer_id": "Addresses and numbers",
    "contacts.company_id": "Contact persons",
    "contacts.person_id": "Companies they speak for",
    "addresses.customer_id": "Postal addresses",
    "consents.customer_id": "Words on consent",
    "customer_notes.customer_id": "Notes",
    "customer_terms.customer_id": "Categories and fields",
    "customer_values.customer_id": "Further facts",
    "documents.customer_id": "Documents",
    "messages.customer_id": "Messages that wait",
}
FIELDS = {
    "kind": "Kind",
    "company_name": "Company",
    "gender_address": "Form of address",
    "title": "Title",
    "first_name": "First name",
    "last_name": "Last name",
    "born": "Date of birth",
    "language": "Language",
    "status": "Status",
    "key_account": "Key account",
    "lead_source": "Lead source",
}
REASONS = {
    "name": "Name",
    "company": "Company",
    "born": "Date of birth",
    "address": "Postal address",
    "phone": "Telephone",
    "mail": "E-mail",
    "vat": "VAT number",
}


@blueprint.get("/duplicates")
@access.granted(*READERS)
def duplicates_queue() -> ResponseReturnValue:
    reason, offset = request.args.get("reason", ""), (page_number() - 1) * duplicates.AT_ONCE
    with engine().read(visitor().login) as look:
        found = duplicates.queue(look, reason=reason, offset=offset)
    return render_template(
        "agent/duplicates.html",
        found=found,
        number=page_number(),
        count=duplicates.pages(found),
        reason=reason,
        reasons=REASONS,
    )


@blueprint.post("/duplicates/<int:duplicate_id>/different")
@access.granted(*READERS)
def told_apart(duplicate_id: int) -> ResponseReturnValue:
    with engine().begin(visitor().login) as uow:
        commands.tell_apart(uow, duplicate_id)
    flash(_("They stay two customers."))
    return redirect(url_for("agent.duplicates_queue"), 303)


@blueprint.get(PAIR)
@access.granted(*READERS)
def merge(survivor_id: int, merged_id: int) -> ResponseReturnValue:
    return _compared(survivor_id, merged_id)


@blueprint.post(PAIR)
@access.granted(*READERS)
def do_merge(survivor_id: int, merged_id: int) -> ResponseReturnValue:
    chosen = {
        name.removeprefix("take."): which
        for name, which in request.form.items()
        if name.startswith("take.") and which
    }
    try:
        with engine().begin(visitor().login) as uow:
            customers.must_see(uow, merged_id)
            row = merging.merge(uow, survivor_id, merged_id, chosen=chosen, seen=request.form.get("seen", ""))
            number = row.id
    except Conflict as error:
        return _compared(survivor_id, merged_id, error), error.status
    flash(_("Merged. It can be undone for 30 days."))
    return redirect(url_for("agent.merge_done", merge_id=number), 303)


@blueprint.get("/merges")
@access.granted(*READERS)
def merge_list() -> ResponseReturnValue:
    with engine().read(visitor().login) as look:
        found = merges.listed(look, page=page_number())
    return render_template("agent/merges.html", found=found)


@blueprint.get("/merges/<int:merge_id>")
@access.granted(*READERS)
def merge_done(merge_id: int) -> ResponseReturnValue:
    return _undoing(merge_id)


@blueprint.post("/merges/<int:merge_id>/undo")
@access.granted(*READERS)
def undo_merge(merge_id: int) -> ResponseReturnValue:
    try:
        with engine().begin(visitor().login) as uow:
            merged = merging.unmerge(uow, merge_id).merged_id
    except Conflict as error:
        return _undoing(merge_id, error), error.status
    flash(_("They are two customers again."))
    return redirect(url_for("agent.customer", customer_id=merged), 303)


def beside(customer_id: int) -> dict[str, Any]:
    """For the page of a customer: who may be the same, and who went into them and can still come out."""
    with engine().read(visitor().login) as look:
        made = merges.listed(look, customer=customer_id)
        return {
            "duplicates": duplicates.of_customer(look, customer_id),
            "merges": [line for line in made if line.undone_at is None],
        }


def _shown(key: str, value: Any) -> str:
    return customer_words.value(key, value, language())


def _compared(survivor_id: int, merged_id: int, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        for each in (survivor_id, merged_id):
            customers.must_see(look, each)
        found = merging.preview(look, survivor_id, merged_id)
    return render_template(
        "agent/merge.html",
        found=found,
        belongings=PLACES,
        fields={**FIELDS, **_named(found)},
        shown=_shown,
        words=error.sentence(language()) if error else "",
    )


def _named(found: merging.Preview) -> dict[str, str]:
    """Free attributes are called as the installation calls them."""
    german = language() == "de"
    return {
        field.key: field.name_de if german else field.name_en
        for field in found.fields
        if field.key.startswith(ATTRIBUTE)
    }


def _undoing(merge_id: int, error: CpmError | None = None) -> str:
    with engine().read(visitor().login) as look:
        found = merges.undoing(look, merge_id)
    return render_template(
        "agent/merge_done.html",
        found=found,
        line=found.line,
        belongings=PLACES,
        fields=FIELDS,
        words=error.sentence(language()) if error else "",
    )
