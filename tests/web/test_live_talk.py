"""A call is told to whom it rings at, so that the strip of the page need not wait to ask."""

from cpm.model import Talk, TalkRing, TalkState
from cpm.model.interaction import Direction
from tests.web.conftest import Browser
from tests.web.test_live import heard
from tests.world import World


def test_a_call_is_told_to_whom_it_rings_at(firm: World, browser: Browser):
    with firm.engine.begin("test") as uow:
        talk = Talk(system="cti", call_id="1", direction=Direction.IN, number="+492115550100", dialled="21")
        talk.state, talk.began_at = TalkState.RINGING, uow.now
        uow.session.add(talk)
        uow.session.flush()
        uow.session.add(TalkRing(talk_id=talk.id, login="anna", live=True))
    assert heard(browser("anna"), "/live") == [("talk", 0)]
    assert heard(browser("ben"), "/live") == []
