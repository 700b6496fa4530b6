"""Who calls: said by whoever has the call, and taken back if it was a mistake."""

from sqlalchemy import exists, select

from cpm import phone_numbers
from cpm.commands import customer_rows, identifier_facts, identifiers, in_order, talks
from cpm.errors import Conflict, WrongState
from cpm.model import Case, Customer, FollowUp, Interaction, Talk
from cpm.model.talk import NOTED
from cpm.uow import UnitOfWork

#: Ends the source of a number that somebody else had alone until it was remembered.
_ALONE = "/alone"


def identify(uow: UnitOfWork, talk_id: int, customer_id: int, *, remember: bool = False) -> Talk:
    """It is this customer. `remember`: their number is theirs from now on, as one of perhaps several who have it."""
    talk = talks.theirs(uow, talk_id)
    customer = customer_rows.standing(uow, uow.get(Customer, customer_id))
    if remember and phone_numbers.whole(talk.number):
        if talk.customer_id not in (None, customer.id):
            _forget_number(uow, talk)
        others = identifiers.holders(uow, identifiers.PHONE, talk.number)
        shared = any(other.id != customer.id for other in others)
        alone = shared and identifiers.owner(uow, identifiers.PHONE, talk.number) is not None
        source = f"{NOTED}{talk.id}{_ALONE if alone else ''}"
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
    _forget_number(uow, talk)
    talk.customer_id, talk.customer, talk.case_id, talk.case, talk.awaited = None, None, None, None, False
    return talk


def _forget_number(uow: UnitOfWork, talk: Talk) -> None:
    """Whoever had it alone before has it alone again."""
    if not phone_numbers.whole(talk.number):
        return
    of = identifiers.PHONE, talk.number
    identifier_facts.remove_of(uow, *of, f"{NOTED}{talk.id}")
    if identifier_facts.remove_of(uow, *of, f"{NOTED}{talk.id}{_ALONE}"):
        identifier_facts.alone_again(uow, *of)


def _must_hold_nothing(uow: UnitOfWork, talk: Talk, case: Case) -> None:
    """Said on the telephone since, but for notes of other calls: a case that was opened for it begins with that, and a note is it."""
    other = Interaction.message_key.startswith(NOTED) & ~Interaction.message_key.startswith(
        f"{NOTED}{talk.id}/"
    )
    said = (
        Interaction.case_id == case.id,
        Interaction.channel == "phone",
        Interaction.at >= talk.began_at,
        ~other,
    )
    mine = FollowUp.case_id == case.id, FollowUp.asked_by == uow.actor, FollowUp.asked_at >= talk.began_at
    promised = (*mine, FollowUp.call == talk.number if talk.number else FollowUp.call.is_(None))
    if uow.session.scalar(select(exists().where(*said) | exists().where(*promised))):
        whose = case.customer.name
        raise Conflict(
            f"Expected nothing of talk {talk.id} to lie with a case yet, but {case.number} of {whose} was opened from it or holds"
            " a note of it or a call back promised in it, and keeps its customer. Be done with this call, note it once more at Calls, choose the right customer"
            f" there, and say in a comment on {case.number} that it is a mistake",
            de=f"Aus dem Gespräch liegt schon etwas bei {case.number} ({whose}), und ein Vorgang behält seinen Kunden. Bitte das Gespräch"
            " abschließen, es unter „Anrufe“ neu vermerken und dort den richtigen Kunden wählen; bei"
            f" {case.number} in einem Kommentar sagen, dass es ein Versehen war.",
        )
