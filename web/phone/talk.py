"""The page of one call: who calls, what they have open, a new case otherwise, and what is noted meanwhile."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cpm import phone_numbers
from cpm.errors import CpmError, Invalid
from cpm.queries import search, startable, talks
from web import access
from web.agent.blueprint import READERS
from web.agent.customers import ADDRESSED, KINDS
from web.agent.sought import as_new
from web.forms.words import word
from web.here import engine
from web.language import language
from web.phone.blueprint import blueprint
from web.visitor import visitor


@dataclass(frozen=True, slots=True)
class Refused:
    """What was posted and not taken, and why."""

    error: CpmError
    about: str  #: which form of the page: customer, case, new, note or call-back

    @property
    def problems(self) -> dict[str, str]:
        return dict(self.error.faults(language())) if isinstance(self.error, Invalid) else {}

    @property
    def words(self) -> str:
        return headed(self.error)


def headed(error: CpmError) -> str:
    """What stands over a page that was refused: where fields are named it is said there, so it counts them."""
    faults = error.faults(language()) if isinstance(error, Invalid) else ()
    if not faults:
        return error.sentence(language())
    return word("one_problem" if len(faults) == 1 else "problems", language(), count=len(faults))


@blueprint.get("/talk/<int:talk_id>")
@access.granted(*READERS)
def talk(talk_id: int) -> ResponseReturnValue:
    return shown(talk_id)


def shown(talk_id: int, refused: Refused | None = None) -> ResponseReturnValue:
    """With the customers that fit what is sought, as long as nobody knows who calls."""
    sought = request.values.get("q", "").strip()[:200]
    with engine().read(visitor().login) as look:
        page = talks.page(look, talk_id, language())
        found = search.customers(look, sought) if sought else ()
        processes = startable.processes(look, language())
    typed, whole = request.form if refused else {}, phone_numbers.whole(page.talk.number)
    drawn = render_template(
        "phone/talk.html",
        page=page,
        sought=sought,
        found=found,
        processes=processes,
        kinds=KINDS,
        addressed=ADDRESSED,
        typed=typed,
        new=typed or {**as_new(sought), "phone": page.talk.number if whole else ""},
        whole=whole,
        refused=refused,
        problems=refused.problems if refused else {},
    )
    return drawn, refused.error.status if refused else 200
