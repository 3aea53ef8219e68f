"""Badges, people, deadlines, progress: always words, never markup out of data."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

TODAY = dt.date(2026, 11, 20)  # a Friday


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context):
    return Template(source).render(Context(context)).strip()


def level(**values):
    return SimpleNamespace(**({"label": "一级", "name": "重点风险点", "colour": "red", "severity": 3} | values))


def test_level_badge_says_the_word_and_carries_the_colour():
    html = render("{% level_badge level full=True %}", level=level())
    assert "一级 重点风险点" in html
    assert "level-red" in html


def test_level_badge_takes_a_dict_and_refuses_unknown_colours():
    html = render("{% level_badge level %}", level={"label": "高", "name": "", "colour": 'red" onclick="x'})
    assert "level-grey" in html
    assert "onclick" not in html


def test_missing_level_is_said_not_guessed():
    assert "not graded" in render("{% level_badge level %}", level=None)


def test_level_label_is_escaped():
    html = render("{% level_badge level %}", level=level(label="<script>alert(1)</script>"))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_state_badge_reads_the_state_of_an_object_before_its_label():
    obj = SimpleNamespace(state_label="under review", state_tone="info", label="other")
    html = render("{% state_badge obj %}", obj=obj)
    assert "under review" in html
    assert "state-info" in html
    assert "other" not in html


def test_unknown_tone_becomes_neutral():
    assert "state-neutral" in render("{% badge 'x' tone %}", tone="shouting")


def test_person_shows_name_and_post_escaped():
    html = render("{% person who %}", who=SimpleNamespace(name="何敏 <b>", post="财务科科长"))
    assert "何敏 &lt;b&gt;" in html
    assert "财务科科长" in html


def test_nobody_is_said():
    assert "nobody" in render("{% person who %}", who=None)


@pytest.mark.parametrize(
    ("due", "tone", "words"),
    [
        (dt.date(2026, 11, 20), "today", "due today"),
        (dt.date(2026, 11, 24), "soon", "2 working days left"),
        (dt.date(2026, 11, 19), "overdue", "1 working day overdue"),
        (dt.date(2026, 12, 4), "ok", "10 working days left"),
    ],
)
def test_deadline_says_what_is_left(due, tone, words):
    html = render("{% deadline due today=today %}", due=due, today=TODAY)
    assert f'datetime="{due.isoformat()}"' in html
    assert f"deadline-{tone}" in html
    assert words in html


def test_a_thing_that_is_done_is_not_overdue():
    html = render("{% deadline due today=today done=True %}", due=dt.date(2026, 1, 5), today=TODAY)
    assert "2026-01-05" in html
    assert "overdue" not in html


def test_no_deadline_shows_a_dash():
    assert "—" in render("{% deadline due %}", due=None)


@pytest.mark.parametrize(("value", "maximum", "text"), [(14, 20, "70%"), (0, 0, "0%"), (5, 4, "100%")])
def test_progress_says_its_share_in_words(value, maximum, text):
    html = render("{% progress value maximum label='Forms' %}", value=value, maximum=maximum)
    assert text in html
    assert 'aria-label="Forms"' in html
    assert "style=" not in html


def test_progress_numbers_are_for_machines_in_every_language():
    with translation.override("de"):
        assert 'value="1234.5"' in render("{% progress 1234.5 2000 %}")


def test_timeline_tells_sentence_reason_and_actor():
    events = [{"sentence": "<i>何敏</i>", "at": dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC), "actor": "何敏", "reason": "近期预警"}]
    html = render("{% timeline events %}", events=events)
    assert "&lt;i&gt;何敏" in html
    assert "近期预警" in html
    assert "<time" in html


def test_timeline_escapes_every_part_and_tells_the_time_of_the_place():
    event = {"sentence": "<s>", "reason": "<r>", "actor": "<a>", "tone": "danger", "url": "/x?a=1&b=2"}
    html = render("{% timeline events %}", events=[event | {"at": dt.datetime(2026, 11, 3, 20, 5, tzinfo=dt.UTC)}])
    assert all(f"&lt;{part}&gt;" in html for part in "sra")
    assert not any(f"<{part}>" in html for part in "sra")
    assert '<time datetime="2026-11-04T04:05:00+08:00">2026-11-04 04:05</time>' in html
    assert 'href="/x?a=1&amp;b=2"' in html
    assert "history-danger" in html


def test_empty_timeline_says_so():
    assert "Nothing has happened yet." in render("{% timeline events %}", events=[])


def test_steps_mark_where_one_is():
    items = [{"label": "A", "state": "done"}, {"label": "B", "state": "current"}, {"label": "C", "state": "returned"}]
    html = render("{% steps items %}", items=items)
    assert html.count('aria-current="step"') == 1
    assert "(done)" in html
    assert "(returned)" in html
