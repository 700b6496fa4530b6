"""Lists that are kept: one's own, everybody's, and those that come with a process."""

import pytest

from cpm.attributes import Search
from cpm.commands import saved_views as commands
from cpm.commands import teams
from cpm.errors import Forbidden, Invalid, NotFound
from cpm.model.saved_view import ALL, OWN
from cpm.queries import saved_views
from tests.commands.test_attributes import redeployed
from tests.world import World

LATE = Search.of_text("cause=late&claim_amount.from=5&sort=-due&columns=case,order_no", "complaint")


def kept(firm: World, who: str, name: str = "Late ones", **more) -> int:
    with firm.engine.begin(who) as uow:
        return commands.create(uow, name, LATE, **more).id


def names(firm: World, who: str, language: str = "de") -> list[str]:
    with firm.engine.read(who) as uow:
        return [view.name for view in saved_views.of_user(uow, language)]


def test_a_process_brings_its_lists_in_both_languages(firm: World):
    assert names(firm, "anna")[0] == "Offene Reklamationen"
    assert "Open complaints" in names(firm, "anna", "en")
    with firm.engine.read("anna") as uow:
        view = saved_views.find(uow, "complaint:open")
    assert (view.shipped, view.search.sort, view.process) == (True, "due", "complaint")


def test_ones_own_list_is_kept_whole_and_nobody_else_sees_it(firm: World):
    number = kept(firm, "anna")
    with firm.engine.read("anna") as uow:
        view = saved_views.find(uow, str(number))
    assert (view.search, view.share, view.shipped) == (LATE, OWN, False)
    assert "Late ones" not in names(firm, "ben")
    with firm.engine.read("ben") as uow, pytest.raises(NotFound):
        saved_views.find(uow, str(number))
    with firm.engine.begin("ben") as uow, pytest.raises(NotFound):
        commands.remove(uow, number)


def test_supervisors_share_lists_and_only_they_change_them(firm: World):
    number = kept(firm, "sue", share=ALL)
    assert "Late ones" in names(firm, "anna")
    with firm.engine.begin("anna") as uow, pytest.raises(Forbidden):
        commands.change(uow, number, name="Mine")
    with firm.engine.begin("anna") as uow, pytest.raises(Forbidden):
        commands.create(uow, "Ours", LATE, share=ALL)
    with firm.engine.begin("max") as uow:
        commands.change(uow, number, name="Too late", search=Search.of_text("cause=late", "complaint"))
    assert "Too late" in names(firm, "anna")
    with firm.engine.begin("max") as uow:
        commands.change(uow, number, share=OWN)
    assert "Too late" not in names(firm, "anna")


def test_a_list_is_shared_with_one_team(firm: World):
    """Its people see it, and supervisors, who may change it."""
    number = kept(firm, "sue", share="finance")
    assert ["Late ones" in names(firm, who) for who in ("fay", "anna", "sue", "max")] == [
        True,
        False,
        True,
        True,
    ]
    for who, why in (("fay", Forbidden), ("anna", NotFound)):
        with firm.engine.begin(who) as uow, pytest.raises(why):
            commands.change(uow, number, name="Mine")
    with firm.engine.begin("fay") as uow, pytest.raises(Forbidden):
        commands.create(uow, "Ours", LATE, share="finance")
    with firm.engine.begin("sue") as uow, pytest.raises(Invalid, match="'ghosts' is none"):
        commands.change(uow, number, share="ghosts")
    with firm.engine.begin("sue") as uow:
        commands.change(uow, number, share="service")
    assert ["Late ones" in names(firm, who) for who in ("fay", "anna")] == [False, True]
    with firm.engine.begin("sue") as uow:
        commands.change(uow, number, name="Late")
    assert ["Late" in names(firm, who) for who in ("fay", "anna")] == [False, True]


def test_a_team_that_is_removed_takes_along_what_is_shared_with_it(firm: World):
    with firm.engine.begin("otto") as uow:
        teams.add_team(uow, "new", name_de="Neu", name_en="New", calendar="office")
    kept(firm, "sue", share="new")
    with firm.engine.begin("otto") as uow:
        teams.remove_team(uow, "new")
    assert "Late ones" not in names(firm, "sue")


def test_who_works_on_no_cases_keeps_no_lists(firm: World):
    with pytest.raises(Forbidden):
        kept(firm, "otto")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Late  ones"])
def test_a_name_is_a_short_one_of_its_own(firm: World, name: str):
    kept(firm, "anna")
    with pytest.raises(Invalid):
        kept(firm, "anna", name)


def test_a_list_that_cannot_be_asked_is_not_kept(firm: World):
    with firm.engine.begin("anna") as uow, pytest.raises(Invalid, match="ghost"):
        commands.create(uow, "Ghosts", Search.of_text("ghost=1", "complaint"))
    assert "Ghosts" not in names(firm, "anna")


def test_there_is_an_end_to_the_number_of_lists(firm: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "MOST", 1)
    kept(firm, "anna")
    with pytest.raises(Invalid):
        kept(firm, "anna", "More")
    kept(firm, "ben")


def test_a_list_outlives_the_attribute_it_asked_for(firm: World):
    number = kept(firm, "anna")
    redeployed(
        firm,
        'name="cpm:attribute:order_no" value="text"',
        'name="cpm:attribute:failed_repairs" value="number"',
    )
    with firm.engine.read("anna") as uow:
        assert saved_views.find(uow, str(number)).search.columns == ("case",)


def test_a_list_that_is_removed_is_gone(firm: World):
    number = kept(firm, "anna")
    with firm.engine.begin("anna") as uow:
        commands.remove(uow, number)
    assert "Late ones" not in names(firm, "anna")
