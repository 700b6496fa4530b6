"""Who sees which case: the rule that every page and every answer of the API stands on."""

import pytest
from sqlalchemy import select

from cpm.commands import definitions, tasks, users
from cpm.errors import Invalid, NotFound
from cpm.model import Case, Role
from cpm.queries import access
from tests.commands.test_cost import statements
from tests.world import World, mail, shipped

_LIST = b"<zeebe:properties>"
_PROPERTY = b'<zeebe:property name="cpm:confidential" value="%s"/>'


def confidential(word: bytes = b"true") -> dict[str, bytes]:
    """The shipped complaint as a process that not everybody may look into."""
    file = "complaint/complaint.bpmn"
    return {file: dict(shipped())[file].replace(_LIST, _LIST + _PROPERTY % word, 1)}


def deploy_confidential(firm: World) -> None:
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, confidential())
    firm.engine.library.refresh(now=True)


def seen_by(firm: World, case: Case, who: str, *, api: bool = False) -> bool:
    """As one object and in a list: both have to say the same."""
    with firm.engine.read(who) as look:
        listed = look.session.scalars(access.visible(look, select(Case), api=api)).all()
        assert (case.id in [one.id for one in listed]) == access.sees(look, look.get(Case, case.id), api=api)
        return access.sees(look, look.get(Case, case.id), api=api)


@pytest.mark.parametrize(
    ("who", "sees"), [("anna", True), ("fay", True), ("sue", True), ("otto", False), ("nobody", False)]
)
def test_agents_and_supervisors_see_every_ordinary_case(firm: World, who: str, sees: bool):
    case = firm.receive(mail())
    assert case is not None
    assert seen_by(firm, case, who) is sees


def test_a_confidential_case_is_for_the_teams_it_concerns(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    assert seen_by(firm, case, "anna")
    for stranger in ("fay", "sue", "max", "otto"):
        assert not seen_by(firm, case, stranger)


def test_who_was_involved_once_goes_on_seeing_it(firm: World):
    """The step was the service's; that the case is another team's now takes nothing from them."""
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    with firm.engine.begin("test") as uow:
        uow.get(Case, case.id).team = "finance"
    assert seen_by(firm, case, "anna")
    assert seen_by(firm, case, "fay")


def test_what_may_not_be_seen_answers_as_what_is_not_there(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    task = firm.step(case, "check_facts")
    with firm.engine.read("fay") as look:
        with pytest.raises(NotFound) as hidden:
            access.must_see(look, case.id)
        with pytest.raises(NotFound) as missing:
            access.must_see(look, case.id + 1)
        assert str(hidden.value).replace(str(case.id), "") == str(missing.value).replace(str(case.id + 1), "")
        with pytest.raises(NotFound):
            access.must_see_task(look, task.id)
    with firm.engine.read("anna") as look:
        assert access.must_see(look, case.id).id == case.id
        assert access.must_see_task(look, task.id).id == task.id


def test_taking_the_word_back_opens_nothing(firm: World):
    """An older copy of the file, deployed by mistake, must not show to all what was kept from them."""
    deploy_confidential(firm)
    with firm.engine.begin("test") as uow:
        definitions.deploy(uow, dict(shipped()))
    firm.engine.library.refresh(now=True)
    case = firm.receive(mail())
    assert case is not None
    assert not seen_by(firm, case, "fay")


def test_an_integrator_sees_cases_through_the_api_alone(firm: World):
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("cpm test") as uow:
        users.add_user(uow, "shop", name="Shop", roles=[Role.INTEGRATOR], teams=[])
    assert not seen_by(firm, case, "shop")
    assert seen_by(firm, case, "shop", api=True)
    deploy_confidential(firm)
    assert not seen_by(firm, case, "shop", api=True)


def test_who_left_sees_nothing(firm: World):
    case = firm.receive(mail())
    assert case is not None
    with firm.engine.begin("cpm test") as uow:
        users.change_user(uow, "anna", active=False)
    assert not seen_by(firm, case, "anna")


def test_the_rule_costs_no_statement_for_each_case(firm: World):
    found = [firm.receive(mail(message_id=f"<{number}@example.org>")) for number in range(3)]
    with firm.engine.read("anna") as look:
        access.sees(look, look.get(Case, 1))
        cases = look.session.scalars(select(Case)).all()
        with statements(firm.engine.database) as sent:
            assert all(access.sees(look, case) for case in cases)
    assert len(cases) == len(found)
    assert sent == []


def test_a_mistyped_word_is_refused(firm: World):
    with firm.engine.begin("test") as uow, pytest.raises(Invalid) as refused:
        definitions.deploy(uow, confidential(b"True"))
    assert "cpm:confidential" in refused.value.problems[0][1]


def test_a_confidential_case_is_worked_as_any_other(firm: World):
    deploy_confidential(firm)
    case = firm.receive(mail())
    assert case is not None
    firm.drain()
    with firm.engine.begin("anna") as uow:
        assert tasks.claim(uow, firm.step(case, "check_facts").id).assignee == "anna"
