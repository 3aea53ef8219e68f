"""A year travelled through day by day: who was reminded of what on which day, against a list worked out by hand (issue D).

Worked on in 2026: Sunday 4 January, Saturdays 14 and 28 February, Saturday 9 May, Sunday 20 September, Saturday 10 October. Off though
weekdays: 1 and 2 January, 16 to 20 and 23 February (春节), 6 April (清明), 1, 4 and 5 May (劳动节), 19 June (端午), 25 September (中秋),
1, 2 and 5 to 7 October (国庆).
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from assessments.models import Round
from assessments.services import phases
from deadlines.models import Reminder
from deadlines.services import engine
from demo.clock import at
from early_warnings.services import deadlines as warnings
from notifications.models import Notice
from regrading.models import Cause, Proposal, Run
from regrading.services import runs
from tests.deadlines.year import AFTERNOON, MORNING, Year, clock

pytestmark = pytest.mark.django_db

# What each line follows from stands in tests/deadlines/year.py (what is planted, who does what when) and on the settings page (intervals).
EXPECTED = """
02-09 measure before:5 执法大队甲          due 20 February, in 春节; 10, 11, 12, 13 and Saturday 14 are left
02-13 measure before:1 执法大队甲
02-14 measure day 执法大队甲               the last working day before it
02-24 measure over:1 执法大队甲            the first working day after it
02-26 measure up:1 执法大队科长
02-28 measure over:5 执法大队甲            24, 25, 26, 27 and Saturday 28; done at noon

03-03 talk_to_hold before:3 行政审批科科长   due Friday 6 March
03-03 appointment_end before:20 办公室副科长  ends on 31 March
03-06 talk_to_hold day 行政审批科科长
03-09 talk_to_hold over:1 行政审批科科长
03-11 talk_to_hold up:1 纪检组长韩          held at noon: the answer is due on Wednesday the 18th
03-13 talk_answer before:3 行政审批科甲
03-18 talk_answer day 行政审批科甲
03-19 talk_answer over:1 行政审批科甲        answered at noon
03-19 talk_answer up:1 行政审批科科长
03-24 appointment_end before:5 办公室副科长   renewed on the 30th

04-08 round_phase before:2 纪检组长韩 办公室乙  setting up until Friday the 10th
04-15 round_phase before:2 纪检组长韩 办公室乙  appraisal until Friday the 17th
04-15 round_rating before:2 ALL
04-17 round_phase day 纪检组长韩 办公室乙
04-17 round_rating day ALL                 cancelled at noon

04-24 measure before:5 行政审批科甲         due Wednesday 6 May; 27 to 30 April and 6 May are left
04-30 measure before:1 行政审批科甲
05-06 measure day 行政审批科甲
05-07 measure over:1 行政审批科甲
05-09 measure up:1 行政审批科科长           7, 8 and Saturday 9; reported done at noon: to be confirmed by Friday the 15th
05-14 measure_confirm before:1 行政审批科科长

06-16 lead before:3 办公室乙               due Monday 22 June after 端午; 17, 18 and 22 are left
06-18 lead before:1 办公室乙
06-22 lead day 办公室乙
06-23 lead over:1 办公室乙
06-25 lead up:1 纪检组长韩
06-23 restriction_end before:5 办公室副科长   ends on Tuesday 30 June
06-30 restriction_end day 办公室副科长

07-10 level_proposal before:2 办公室甲      proposed in the night of 30 June; due after ten working days, on Tuesday the 14th
07-14 level_proposal day 办公室甲
07-17 level_proposal over:3 办公室甲
07-21 level_proposal up:1 局长周           accepted at noon

07-24 warning amber 行政审批科甲 行政审批科科长  14 of 15 working days
07-27 warning day 行政审批科甲 行政审批科科长
07-28 warning red 行政审批科甲 行政审批科科长
07-28 warning up 副局长陈

08-11 survey_end before:3 纪检组长韩 办公室乙   until Friday the 14th
08-14 survey_end day 纪检组长韩 办公室乙
08-17 survey_end over:1 纪检组长韩 办公室乙

09-22 appeal_last_day before:2 执法大队科长   until Sunday the 27th, the holiday of 中秋; 23 and 24 are left. The other appealed on the 21st
09-24 appeal_last_day day 执法大队科长
09-24 appeal_answer before:2 纪检组长韩 办公室乙  due on the 29th; 28 and 29 are left
09-28 round_phase over:1 纪检组长韩 办公室乙    the appeal holds the round up; answered at noon

10-16 campaign_phase before:10 办公室甲      powers until Saturday 31 October
10-23 campaign_phase before:5 办公室甲
10-23 campaign_powers before:5 行政审批科科长
10-29 campaign_phase before:1 办公室甲
10-29 campaign_powers before:1 行政审批科科长  passed on at noon: the office decides by Thursday 5 November
10-30 campaign_phase day 办公室甲
11-02 campaign_phase over:1 办公室甲
11-04 catalogue before:1 办公室甲            accepted and submitted at noon: the legal office reviews by Wednesday the 11th
11-04 campaign_phase up:1 局长周
11-06 campaign_phase over:5 办公室甲
11-10 catalogue before:1 行政审批科副科长     approved at noon: to be published by Tuesday the 17th
11-13 campaign_phase over:10 办公室甲
11-16 catalogue before:1 办公室甲            published at noon

11-23 campaign_form before:5 行政审批科甲 行政审批科乙  until Monday 30 November
11-27 campaign_form before:1 行政审批科甲 行政审批科乙  one handed in at noon: the head reviews it by Friday 4 December
11-30 campaign_form day 行政审批科乙
12-01 campaign_form over:1 行政审批科乙
12-03 campaign_form up:1 行政审批科科长
12-03 form_review before:1 行政审批科科长
12-04 form_review day 行政审批科科长          the other form handed in at noon
12-07 form_review over:1 行政审批科科长
12-09 form_review up:1 副局长陈              agreed at noon: who was told as a leader reviews it by Wednesday the 16th
12-15 form_review before:1 副局长陈          returned at noon: to be mended by Tuesday the 22nd
12-21 form_returned before:1 行政审批科甲     handed in again at noon: to be reviewed by Monday the 28th
12-25 form_review before:1 副局长陈          agreed at noon

11-26 campaign_phase before:10 办公室甲      grading until Thursday 10 December
12-03 campaign_phase before:5 办公室甲
12-09 campaign_phase before:1 办公室甲
12-10 campaign_phase day 办公室甲
12-11 campaign_phase over:1 办公室甲
12-15 campaign_phase up:1 局长周
12-17 campaign_phase over:5 办公室甲
12-24 campaign_phase over:10 办公室甲
12-31 campaign_phase over:15 办公室甲

12-04 rule_to_make before:10 办公室甲        asked for by a measure due on Friday the 18th
12-15 rule_to_make before:3 办公室甲          in force at noon
12-11 measure before:5 行政审批科科长         nobody does it: its head is told in their stead
12-17 measure before:1 行政审批科科长
12-18 measure day 行政审批科科长
12-21 measure over:1 行政审批科科长
12-23 measure up:1 局长周
12-25 measure over:5 行政审批科科长

12-17 campaign_phase before:10 办公室甲      measures until Thursday 31 December
12-24 campaign_phase before:5 办公室甲
12-30 campaign_phase before:1 办公室甲
12-31 campaign_phase day 办公室甲
12-24 points_year before:5 纪检组长韩 办公室乙
12-30 points_year before:1 纪检组长韩 办公室乙
12-31 points_year day 纪检组长韩 办公室乙
"""

# Nine days on which nothing ran. Lost is only what the next reminder says better; everything else comes on the next day.
MISSED = ("02-14", "03-06", "05-07", "06-22", "07-24", "09-22", "11-23", "12-03", "12-24")
LOST = """
02-14 measure day 执法大队甲
03-06 talk_to_hold day 行政审批科科长
06-22 lead day 办公室乙
07-24 warning amber 行政审批科甲 行政审批科科长
12-03 form_review before:1 行政审批科科长
"""
MOVED = """
05-07 05-08 measure over:1 行政审批科甲
09-22 09-23 appeal_last_day before:2 执法大队科长
11-23 11-24 campaign_form before:5 行政审批科甲 行政审批科乙
12-03 12-04 campaign_form up:1 行政审批科科长
12-03 12-04 campaign_phase before:5 办公室甲
12-24 12-25 campaign_phase over:10 办公室甲
12-24 12-25 campaign_phase before:5 办公室甲
12-24 12-25 points_year before:5 纪检组长韩 办公室乙
"""
# Nights of re-grading around the day on which a level is proposed; in the others nothing is found that anybody is reminded of.
GRADED = {date(2026, 6, 25) + timedelta(days=n) for n in range(37)}
NIGHT = time(2)
EVERYBODY = (
    "局长周 副局长陈 副局长林 纪检组长韩 办公室科长 办公室副科长 办公室甲 办公室乙 "
    "行政审批科科长 行政审批科副科长 行政审批科甲 行政审批科乙 执法大队科长 执法大队副科长 执法大队甲 执法大队乙"
)

Line = tuple[str, str, str, str]  # day, kind, stage, person


def lines(text: str, days: int = 1) -> Counter[tuple[str, ...]]:
    """One for each person: the words up to two blanks, so many of them days."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in filter(str.strip, text.splitlines()):
        *head, people = line.split("  ")[0].split(" ", days + 2)
        found.update((*head, person) for person in people.replace("ALL", EVERYBODY).split())
    return found


def told() -> Counter[tuple[str, ...]]:
    """What both engines told."""
    found: Counter[tuple[str, ...]] = Counter()
    for day, kind, stage, name in Reminder.objects.values_list("told_on", "kind", "stage", "person__name"):
        found[f"{day:%m-%d}", kind, stage, name.removeprefix("CS")] += 1
    for notice in Notice.objects.filter(kind="warning", key__startswith="warning:").select_related("person"):
        _app, _pk, what, *rest = notice.key.split(":")
        if what in ("step", "up"):
            stage = rest[-1] if what == "step" else "up"
            found[f"{timezone.localdate(notice.created_at):%m-%d}", "warning", stage, notice.person.name.removeprefix("CS")] += 1
    return found


def grade(day: date) -> None:
    """What the nights do, and on the last day of June the quarter: a run for the unit, done by a worker."""
    causes = [Cause.NIGHTLY, Cause.QUARTER] if day == date(2026, 6, 30) else [Cause.NIGHTLY]
    for cause in causes:
        runs.start(cause=cause, as_of=day)
        for pk in Run.objects.filter(state="waiting").values_list("pk", flat=True):
            runs.perform(run_id=pk)


def travel(year: Year, hours: Collection[time], missed: Collection[str] = ()) -> None:
    """Every day of the year: the jobs of the morning (and again), and between them what people do."""
    day = date(2026, 1, 1)
    while day.year == 2026:
        for hour in hours:
            if f"{day:%m-%d}" not in missed:
                if day in GRADED:
                    with at(clock(day, NIGHT)):
                        grade(day)
                with at(clock(day, hour)):
                    phases.follow(today=day)
                    assert warnings.follow(today=day)["failed"] == 0
                    assert engine.remind(today=day)["failed"] == 0
            if hour == MORNING:
                year.act(day)
        day += timedelta(days=1)


def differences(expected: Counter[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found = told()
    return {"missing": sorted(expected - found), "too many": sorted(found - expected)}


def test_the_year_is_told_as_worked_out_by_hand() -> None:
    year = Year()
    travel(year, [MORNING])
    assert differences(lines(EXPECTED)) == {"missing": [], "too many": []}
    # Each stands in the inbox once: nothing was bundled in so small a unit.
    due = Notice.objects.filter(key__startswith="due:")
    assert Counter(due.values_list("person__name", flat=True)) == Counter(Reminder.objects.values_list("person__name", flat=True))
    assert Round.objects.get(pk=year.shown.pk).state == "final"
    # The nights and the quarter went through, and asked for that level once.
    assert Counter(Run.objects.values_list("state", "cause")) == {("done", "nightly"): 37, ("done", "quarter"): 1}
    assert list(Proposal.objects.values_list("opened_on", "state", "score")) == [(date(2026, 6, 30), "accepted", 42)]


def test_jobs_run_twice_and_nine_days_missed_tell_nobody_twice_and_lose_nothing_final() -> None:
    travel(Year(), [MORNING, AFTERNOON], MISSED)
    moved = lines(MOVED, days=2)
    expected = lines(EXPECTED) - lines(LOST)
    expected -= Counter((before, *rest) for before, _after, *rest in moved.elements())
    expected += Counter((after, *rest) for _before, after, *rest in moved.elements())
    assert differences(expected) == {"missing": [], "too many": []}
