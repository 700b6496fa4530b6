"""Cron expressions as Camunda 8 reads them: six fields, seconds first, with L, W and # (Spring 5.3)."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

import pytest

from cpm.bpmn.timing.cron import read_cron
from cpm.bpmn.timing.not_a_time import NotATime

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)  # a Thursday


def after(text, since=NOON, count=3):
    def following():
        moment = since
        while moment := read_cron(text).after(moment):
            yield moment

    return [
        f"{moment:%Y-%m-%d %H:%M:%S}".removeprefix("2026-").removesuffix(":00")
        for moment in islice(following(), count)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 0 9 * * *", ["01-02 09:00", "01-03 09:00", "01-04 09:00"]),
        ("0 0 9 ? * ?", ["01-02 09:00", "01-03 09:00", "01-04 09:00"]),
        ("*/20 59 23 31 12 *", ["12-31 23:59", "12-31 23:59:20", "12-31 23:59:40"]),
        ("0 0/30 12 * * *", ["01-01 12:30", "01-02 12:00", "01-02 12:30"]),
        ("0 50/5,3-9/6 12 * * *", ["01-01 12:03", "01-01 12:09", "01-01 12:50"]),
        ("0 0 9-17/4 * * MON-FRI", ["01-01 13:00", "01-01 17:00", "01-02 09:00"]),
        ("0 0 0 * JAN,jul sun", ["01-04 00:00", "01-11 00:00", "01-18 00:00"]),
        ("0 0 0 * * 7", ["01-04 00:00", "01-11 00:00", "01-18 00:00"]),
        ("0 0 0 * * 0", ["01-04 00:00", "01-11 00:00", "01-18 00:00"]),
        ("0 0 0 * * SUN-TUE", ["01-04 00:00", "01-05 00:00", "01-06 00:00"]),
        ("0 0 0 13 * FRI", ["02-13 00:00", "03-13 00:00", "11-13 00:00"]),
        ("0 0 0 29 2 *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 0 0 29 2 MON", ["2044-02-29 00:00", "2072-02-29 00:00", "2112-02-29 00:00"]),
        ("0 0 0 L * *", ["01-31 00:00", "02-28 00:00", "03-31 00:00"]),
        ("0 0 0 L-2 * *", ["01-29 00:00", "02-26 00:00", "03-29 00:00"]),
        ("0 0 0 LW * *", ["01-30 00:00", "02-27 00:00", "03-31 00:00"]),
        ("0 0 0 15W * *", ["01-15 00:00", "02-16 00:00", "03-16 00:00"]),
        ("0 0 0 1W 8,11 *", ["08-03 00:00", "11-02 00:00", "2027-08-02 00:00"]),
        ("0 0 0 31W * *", ["01-30 00:00", "03-31 00:00", "05-29 00:00"]),
        ("0 0 0 ? * 5L", ["01-30 00:00", "02-27 00:00", "03-27 00:00"]),
        ("0 0 0 ? * THUL", ["01-29 00:00", "02-26 00:00", "03-26 00:00"]),
        ("0 0 0 ? * MON#1", ["01-05 00:00", "02-02 00:00", "03-02 00:00"]),
        ("0 0 0 ? * 5#2,MON#5", ["01-09 00:00", "02-13 00:00", "03-13 00:00"]),
        ("@yearly", ["2027-01-01 00:00", "2028-01-01 00:00", "2029-01-01 00:00"]),
        ("@annually", ["2027-01-01 00:00", "2028-01-01 00:00", "2029-01-01 00:00"]),
        ("@monthly", ["02-01 00:00", "03-01 00:00", "04-01 00:00"]),
        ("@weekly", ["01-04 00:00", "01-11 00:00", "01-18 00:00"]),
        ("@daily", ["01-02 00:00", "01-03 00:00", "01-04 00:00"]),
        ("@Midnight", ["01-02 00:00", "01-03 00:00", "01-04 00:00"]),
        ("@hourly", ["01-01 13:00", "01-01 14:00", "01-01 15:00"]),
    ],
)  # fmt: skip
def test_the_next_moments(text, found):
    assert after(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "@never", "* * * * *", "* * * * * * *", "60 * * * * *", "* 60 * * * *", "* * 24 * * *", "* * * 0 * *"),
        *("* * * 32 * *", "* * * * 0 *", "* * * * 13 *", "* * * * * 8", "5-1 * * * * *", "7-3 * * * * *", "* * * * * FRI-MON"),
        *("*/0 * * * * *", "1,,2 * * * * *", "-1 * * * * *", "a * * * * *", "* * * * * L", "* * * * * MON#6"),
        *("* * * * * MON#0", "* * * * * XL", "* * * W * *", "* * * 0W * *", "? * * * * *", "1- * * * * *"),
        *("0 0 0 30 2 *", "0 0 0 31 4,6 *", "0 0 0 L-40 * *", "² * * * * *", "001 * * * * *"),
    ],
)  # fmt: skip
def test_what_is_no_cron_expression_is_refused(text):
    with pytest.raises(NotATime):
        read_cron(text)


def test_after_the_last_date_there_is_none():
    assert read_cron("0 0 0 1 1 *").after(datetime(9999, 6, 1, tzinfo=UTC)) is None


def field(random, least, most):
    """A random field and the numbers that it means."""
    low, high = sorted(random.sample(range(least, most + 1), 2))
    step = random.randint(1, 7)
    every = set(range(least, most + 1))
    return random.choice(
        [("*", every), (str(low), {low}), (f"{low}-{high}", set(range(low, high + 1))), (f"{low},{high}", {low, high}),
         (f"*/{step}", set(range(least, most + 1, step))), (f"{low}/{step}", set(range(low, most + 1, step)))]
    )  # fmt: skip


def test_random_expressions_agree_with_trying_every_second():
    """Second, minute and hour are looked for step by step; here each moment is tried in turn."""
    random = Random(8)
    for _ in range(150):
        fields = [field(random, 0, 59), field(random, 0, 59), field(random, 0, 23)]
        since = NOON + timedelta(seconds=random.randrange(10**8))
        moment = since.replace(microsecond=0) + timedelta(seconds=1)
        ways = [lambda at: at.second, lambda at: at.minute, lambda at: at.hour]
        steps = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)]
        for place in (2, 1, 0, 1, 0, 2, 1, 0):
            while ways[place](moment) not in fields[place][1]:
                moment += steps[place]
                moment = (
                    moment.replace(**{"second": 0} if place else {})
                    if place < 2
                    else moment.replace(second=0, minute=0)
                )
        text = " ".join(shown for shown, _ in fields) + " * * *"
        assert read_cron(text).after(since) == moment, (text, since)


def test_random_days_agree_with_trying_every_day():
    random = Random(3)
    for _ in range(100):
        days, months = field(random, 1, 31), field(random, 1, 12)
        wanted = random.sample(range(7), random.randint(1, 4))
        day = date(2026, 1, 1) + timedelta(days=random.randrange(20_000))
        text = f"0 0 0 {days[0]} {months[0]} {','.join(map(str, wanted))}"
        found = read_cron(text).after(datetime(day.year, day.month, day.day, tzinfo=UTC))
        day += timedelta(days=1)
        assert found is not None
        while not (day.day in days[1] and day.month in months[1] and day.isoweekday() % 7 in wanted):
            day += timedelta(days=1)
        assert found.date() == day, text
