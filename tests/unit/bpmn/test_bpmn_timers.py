"""Timer events: dates, durations and cycles (BPMN 2.0.2, 10.5.5 and table 10.101), in Camunda 8's forms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cpm.bpmn import prepare
from cpm.bpmn.state import load, save
from tests.unit.bpmn.drawing import (
    boundary,
    catch,
    each,
    end,
    flow,
    model,
    node,
    path,
    start,
    timer,
    user,
    xor,
)
from tests.unit.bpmn.driving import NOW, Case

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


def rings(text, now, count, **variables):
    """The next due times of a cycle that rings on time, as the clocks in Berlin show them."""
    drawn = boundary("b", "a", timer(text, "timeCycle"), interrupting=False)
    case = Case(
        model(start(), user("a"), drawn, end(), path("s", "a", "e"), path("b", "e")), now=now, **variables
    )
    found = []
    while case.step.timers and len(found) < count:
        (ring,) = case.step.timers
        found.append(ring.due.astimezone(BERLIN))
        case.now = max(case.now, ring.due).astimezone(now.tzinfo)
        case.fire("b")
    return found


def shown(moments):
    return [f"{moment:%d.%m. %H:%M}" for moment in moments]


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("P1D", "timeDuration", berlin(2030, 3, 31, 9)),
        ("PT24H", "timeDuration", berlin(2030, 3, 31, 10)),
        ('=duration("P1D")', "timeDuration", berlin(2030, 3, 31, 10)),
        ("P1M", "timeDuration", berlin(2030, 4, 30, 9)),
        ("P1Y", "timeDuration", berlin(2031, 3, 30, 9)),
        ("P2W", "timeDuration", berlin(2030, 4, 13, 9)),
        ("-PT1H", "timeDuration", berlin(2030, 3, 30, 8)),
        ("2030-04-01T09:00:00+02:00[Europe/Berlin]", "timeDate", berlin(2030, 4, 1, 9)),
        ("2030-04-01T09:00:00[America/New_York]", "timeDate", berlin(2030, 4, 1, 15)),
        ("1999-12-31T23:59:59Z", "timeDate", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_are_those_of_the_house_and_hours_are_exact(text, kind, due):
    """The night from 30 to 31 March 2030 has 23 hours in Berlin; FEEL's days have 24 hours always."""
    case = Case(
        model(start(), catch("t", timer(text, kind)), end(), path("s", "t", "e")), now=berlin(2030, 3, 30, 9)
    )
    assert [item.due for item in case.step.timers] == [due]


def test_a_month_after_the_31st_is_the_last_of_the_next():
    assert shown(rings("R4/P1M", berlin(2032, 1, 31, 9), 9)) == [
        "29.02. 09:00",
        "31.03. 09:00",
        "30.04. 09:00",
        "31.05. 09:00",
    ]
    assert shown(rings("R2/P1Y", berlin(2032, 2, 29, 9), 9)) == ["28.02. 09:00", "28.02. 09:00"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("R3/PT1H", ["01.06. 13:00", "01.06. 14:00", "01.06. 15:00"]),
        ("R0/PT1H", ["01.06. 13:00"]),
        ("R2/2030-06-03T09:00:00+02:00/P1D", ["03.06. 09:00", "04.06. 09:00"]),
        ("R3/2030-05-31T09:00:00+02:00/P1D", ["02.06. 09:00"]),
        ("R/2020-01-01T09:00:00+01:00/P1D", ["02.06. 09:00", "03.06. 09:00", "04.06. 09:00", "05.06. 09:00"]),
        ("R2/2020-01-01T09:00:00+01:00/P1D", ["02.01. 09:00"]),
        ("R2/2030-06-03T09:00:00Z/2030-06-03T11:00:00Z", ["03.06. 11:00", "03.06. 13:00"]),
        ("R2/2030-06-03T09:00:00-04:00[America/New_York]/P1D", ["03.06. 15:00", "04.06. 15:00"]),
        ("R-1/PT6H", ["01.06. 18:00", "02.06. 00:00", "02.06. 06:00", "02.06. 12:00"]),
        ('=cycle(2, duration("PT3H"))', ["01.06. 15:00", "01.06. 18:00"]),
        ("=rhythm", ["01.06. 14:00", "01.06. 16:00", "01.06. 18:00", "01.06. 20:00"]),
    ],
)
def test_repeats_count_from_their_start_or_from_now(text, found):
    """What lies before now has been missed; of a cycle that is over, the last ring is late and comes at once."""
    assert shown(rings(text, berlin(2030, 6, 1, 12), 4, rhythm="R/PT2H")) == found


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("R/PT0.9S", "less than a second"),
        ("R/PT1H/2031-01-01T00:00:00Z", "counted back"),
        ("R/2031-01-01T00:00:00/PT1H", "no offset or zone"),
        ("R/2031-01-01T00:00:00[Europe/Bärlin]/PT1H", "no zone"),
        ("R/2031-01-01T00:00:00[Europe/Berlinn]/PT1H", "no zone"),
        ("R/2031-01-02T00:00:00Z/2031-01-01T00:00:00Z", "less than a second"),
        ("0 0 9 * * NODAY", "'noday' is no part"),
        ("1," * 100 + "1 * * * * *", "six fields"),
        (5, "got"),
        (["R/PT1H"], "got"),
        ("soon", "six fields"),
    ],
)
def test_what_is_no_cycle_is_a_fault_that_says_why(value, said):
    drawn = boundary("b", "a", timer("=rhythm", "timeCycle"), interrupting=False)
    case = Case(model(start(), user("a"), drawn, end(), path("s", "a"), path("b", "e")), rhythm=value)
    (fault,) = case.step.faults
    assert (fault.element, fault.code) == ("b", "not_a_time")
    assert said in fault.message


@pytest.mark.parametrize("cycle", ["R/P1D", "R/2030-01-01T09:00:00+01:00/P1D", "0 0 9 * * *"])
@pytest.mark.parametrize("day", [berlin(2030, 3, 29, 9), berlin(2030, 10, 25, 9)])
def test_every_day_at_nine_stays_at_nine(cycle, day):
    found = rings(cycle, day, 5)
    assert {moment.hour for moment in found} == {9}
    assert [moment.date() for moment in found] == [day.date() + n * DAY for n in range(1, 6)]


@pytest.mark.parametrize(
    ("cron", "now", "found"),
    [
        ("0 30 2 * * *", berlin(2030, 3, 30, 1), ["30.03. 02:30", "31.03. 03:30", "01.04. 02:30"]),
        ("0 0,30 2 * * *", berlin(2030, 3, 31, 1), ["31.03. 03:00", "31.03. 03:30", "01.04. 02:00"]),
        ("0 0 * * * *", berlin(2030, 3, 31, 0), ["31.03. 01:00", "31.03. 03:00", "31.03. 04:00"]),
        ("0 30 2 * * *", berlin(2030, 10, 26, 12), ["27.10. 02:30", "28.10. 02:30", "29.10. 02:30"]),
        ("0 0 * * * *", berlin(2030, 10, 27, 0), ["27.10. 01:00", "27.10. 02:00", "27.10. 03:00"]),
    ],
)
def test_cron_fires_each_local_time_once(cron, now, found):
    """On 31 March 2030 the clocks in Berlin leave out 2 to 3, on 27 October they show it twice."""
    assert shown(rings(cron, now, 3)) == found


def test_hours_are_exact_across_a_change_of_the_clock():
    assert shown(rings("R/PT12H", berlin(2030, 3, 30, 9), 3)) == [
        "30.03. 21:00",
        "31.03. 10:00",
        "31.03. 22:00",
    ]


@pytest.mark.parametrize("cycle", ["R5/PT1H", "R/PT1H", "0 0 * * * *"])
def test_a_cycle_on_what_interrupts_rings_once(cycle):
    """10.5.4: an interrupting boundary event ends its activity with the first ring, and so itself."""
    text = model(
        start(), user("a"), boundary("b", "a", timer(cycle, "timeCycle")), user("l"), path("s", "a"), path("b", "l")
    )  # fmt: skip
    case = Case(text).fire("b")
    assert case.at == ["l"]
    assert case.told("cancelled") == ["a"]


def test_an_intermediate_cycle_lets_a_token_go_on_each_time():
    """13.5.2, table 10.101; the journal hears of each as it comes and goes."""
    case = Case(
        model(start(), catch("t", timer("R3/PT1H", "timeCycle")), user("u"), end(), path("s", "t", "u", "e"))
    )
    case.fire("t")
    assert case.at == ["t", "u"]
    case.fire("t").fire("t")
    assert case.at == ["u", "u", "u"]
    assert case.told("entered").count("t") == case.told("left").count("t") == 3
    assert case.do("u").do("u").do("u").finished


def test_an_intermediate_cycle_that_never_ends_is_a_fault():
    case = Case(model(start(), catch("t", timer("=c", "timeCycle")), end(), path("s", "t", "e")), c="R/PT1H")
    assert case.faults == [("t", "endless_cycle")]
    assert not case.step.timers
    assert case.retry("t", c="R2/PT1H").at == ["t"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_cycle_begins_an_event_subprocess(interrupting):
    """10.3.5: one that does not interrupt begins as often as the cycle rings, one that does begins once."""
    began = start("hs", timer("R2/PT1H", "timeCycle"), isInterrupting=str(interrupting).lower())
    handler = node("subProcess", "h", began, user("hu"), path("hs", "hu"), triggeredByEvent="true")
    case = Case(model(start(), user("a"), path("s", "a"), handler)).fire("hs")
    assert case.at == (["hu"] if interrupting else ["a", "hs", "hu"])
    if not interrupting:
        assert case.fire("hs").at == ["a", "hu", "hu"]


def test_the_first_of_several_timers_behind_an_event_gateway_wins():
    """10.6.6; a cycle there rings once too."""
    text = model(
        start(), node("eventBasedGateway", "g"), catch("t1", timer("R/PT2H", "timeCycle")), catch("t2", timer("PT1H")),
        catch("t3", timer("2030-01-01T03:00:00Z", "timeDate")), user("u1"), user("u2"), user("u3"),
        path("s", "g", "t1", "u1"), path("g", "t2", "u2"), path("g", "t3", "u3"),
    )  # fmt: skip
    case = Case(text)
    assert {item.element: item.due - NOW for item in case.step.timers} == {
        "t1": 2 * HOUR,
        "t2": HOUR,
        "t3": 3 * HOUR,
    }
    assert case.fire("t1").at == ["u1"]


def test_each_instance_has_its_own_timers():
    """10.3.8: an instance's boundary events are its subprocess's content; those at the body belong to all."""
    inner = start("is") + user("iu") + boundary("ib", "iu", timer("R2/PT1H", "timeCycle"), interrupting=False)
    inner += (
        catch("it", timer("=item")) + path("is", "it", "iu") + end("ie") + path("iu", "ie") + path("ib", "ie")
    )
    text = model(
        start(), node("subProcess", "m", inner, each('=["PT1H", "PT2H"]')), boundary("mb", "m", timer("P1D")), end(),
        path("s", "m", "e"), path("mb", "e"),
    )  # fmt: skip
    case = Case(text)
    assert sorted(item.due - NOW for item in case.step.timers) == [HOUR, 2 * HOUR, DAY]
    case.fire("it").fire("ib").fire("ib")
    assert case.at == ["it", "iu", "mb"]
    assert case.fire("mb").finished


def test_the_time_is_asked_for_again_with_each_round():
    text = model(
        start(), xor("m"), catch("t", timer("=wait")), user("u"), xor("x", default="d"), end(),
        path("s", "m", "t", "u", "x"), flow("x", "m", "=again"), flow("x", "e", None, "d"),
    )  # fmt: skip
    case = Case(text, wait="PT1H").fire("t").do("u", again=True, wait="PT5H")
    assert [item.due - NOW for item in case.step.timers] == [5 * HOUR]
    assert case.fire("t").do("u", again=False).finished


@pytest.mark.parametrize(
    ("cycle", "late", "next_ring", "missed"),
    [
        ("R/PT1S", timedelta(days=7), timedelta(days=7, seconds=1), timedelta(seconds=2)),
        ("R/PT1H", timedelta(minutes=90), timedelta(hours=2), None),
        ("R3/P1D", timedelta(days=9, hours=1), timedelta(days=10), timedelta(days=2)),
        ("* * * * * *", timedelta(days=7), timedelta(days=7, seconds=1), timedelta(seconds=2)),
        ("0 0 * * * *", timedelta(minutes=61), timedelta(hours=2), None),
    ],
)
def test_a_late_ring_counts_for_all_that_were_missed(cycle, late, next_ring, missed):
    """No flood after a week without a worker (camunda/camunda, issue 9680); the rhythm stays, and the journal hears of it."""
    drawn = boundary("b", "a", timer(cycle, "timeCycle"), interrupting=False)
    case = Case(model(start(), user("a"), drawn, user("u"), path("s", "a"), path("b", "u")))
    case.now = NOW + late
    case.fire("b")
    assert [item.due - NOW for item in case.step.timers] == [next_ring]
    assert [entry.detail - NOW for entry in case.trace if entry.what == "missed"] == (
        [missed] if missed else []
    )


def test_a_count_is_kept_however_late_the_rings_are():
    drawn = boundary("b", "a", timer("R3/PT1H", "timeCycle"), interrupting=False)
    case = Case(model(start(), user("a"), drawn, user("u"), path("s", "a"), path("b", "u")))
    for _ in range(3):
        case.now += DAY
        case.fire("b")
    assert case.at == ["a", "u", "u", "u"]


def test_a_state_of_an_earlier_release_still_rings():
    """Cycles were kept as their next ring, what is left and the distance."""
    drawn = boundary("b", "a", timer("R3/PT1H", "timeCycle"), interrupting=False)
    program = prepare({"p": model(start(), user("a"), drawn, user("u"), path("s", "a"), path("b", "u"))})
    case = Case(program=program)
    case.step = _with_timer_data(case, {"due": "2030-01-01T01:00:00+00:00", "left": 3, "every": "PT1H"})
    assert [case.fire("b").step.timers[0].due.hour for _ in range(2)] == [2, 3]
    assert case.fire("b").at == ["a", "u", "u", "u"]


def _with_timer_data(case, data):
    runner = load(case.program, case.step.state, case.step.scopes, now=NOW)
    runner.tokens[case.node("b")].internal_data = data
    return replace(case.step, state=save(runner)[0])
