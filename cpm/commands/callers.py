"""Who calls: said by whoever has the call, and taken back if it was a mistake."""

from sqlalchemy import exists, select

from cpm import phone_numbers
from cpm.commands import customer_rows, identifier_facts, identifiers, in_order, talks
from cpm.errors import Conflict, WrongState
from cpm.model import Case, Customer, Interaction, Talk
from cpm.model.talk import NOTED
from cpm.uow import UnitOfWork


def identify(uow: UnitOfWork, talk_id: int, customer_id: int, *, remember: bool = False) -> Talk:
    """It is this customer. `remember`: their number is theirs from now on, as one of perhaps several who have it."""
    talk = talks.theirs(uow, talk_id)
    customer = customer_rows.standing(uow, uow.get(Customer, customer_id))
    if remember and phone_numbers.whole(talk.number):
        others = identifiers.holders(uow, identifiers.PHONE, talk.number)
        shared = any(other.id != customer.id for other in others)
        source = f"{NOTED}{talk.id}"
        identifier_facts.add(uow, customer.id, identifiers.PHONE, talk.number, shared=shared, source=source)
    talk.customer_id = customer.id
    return talk


def unidentify(uow: UnitOfWork, talk_id: int) -> Talk:
    """It is not the customer that was chosen, nor about their case; a number that was remembered by it was never theirs.

    Conflict once something of the call lies with a case: whose that is stays. Again changes nothing.
    """
    talk = talks.with_its_case(uow, talk_id)
    if talk.closed_at is not None:
        raise WrongState(
            f"Expected talk {talk.id} to be open, but it is done",
            de="Das Gespräch ist schon abgeschlossen; wer angerufen hat, bleibt so stehen.",
        )
    if talk.case_id is not None:
        case = uow.case(in_order.survivor(uow, talk.case_id) or talk.case_id)
        _must_hold_nothing(uow, talk, case)
        uow.record(case, "talk.left", number=phone_numbers.shown(talk.number) or None)
    if talk.customer_id is not None:
        identifier_facts.remove_of(uow, talk.customer_id, f"{NOTED}{talk.id}")
    talk.customer_id, talk.customer, talk.case_id, talk.case, talk.awaited = None, None, None, None, False
    return talk


def _must_hold_nothing(uow: UnitOfWork, talk: Talk, case: Case) -> None:
    """Said on the telephone since: a case that was opened for it begins with that, and a note is it."""
    said = Interaction.case_id == case.id, Interaction.channel == "phone", Interaction.at >= talk.began_at
    if uow.session.scalar(select(exists().where(*said))):
        whose = case.customer.name
        raise Conflict(
            f"Expected nothing of talk {talk.id} to lie with a case yet, but {case.number} of {whose} was opened from it or holds"
            " a note of it, and keeps its customer. Be done with this call, note it once more at Calls, choose the right customer"
            f" there, and say in a comment on {case.number} that it is a mistake",
            de=f"Aus dem Gespräch liegt schon etwas bei {case.number} ({whose}), und ein Vorgang behält seinen Kunden. Bitte das Gespräch"
            " abschließen, es unter „Anrufe“ neu vermerken und dort den richtigen Kunden wählen; bei"
            f" {case.number} in einem Kommentar sagen, dass es ein Versehen war.",
        )
