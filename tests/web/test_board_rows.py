"""The lines of the start page's lists, which are written without templates."""

from datetime import UTC, date, datetime

from web.board_parts import Sent, Task
from web.board_rows import sent_rows, task_rows


def test_tasks_escape_what_people_wrote_and_tell_by_when() -> None:
    html = task_rows([Task("<t>", "/x?a=1&b=2", detail="<d>", due=date(2026, 11, 27)), Task("later", "/y")])
    assert "<t>" not in html
    assert "<d>" not in html
    first, second = html.split("</li>")[:2]
    assert 'href="/x?a=1&amp;b=2"' in first
    assert "&lt;t&gt;" in first
    assert "<span>&lt;d&gt;</span>" in first
    assert 'datetime="2026-11-27"' in first
    assert "<time" not in second


def test_what_was_handed_in_tells_the_day_of_the_place() -> None:
    html = sent_rows([Sent("<t>", "/x", "<w>", "warning", datetime(2026, 11, 3, 20, tzinfo=UTC)), Sent("b", "/y", "c")])
    assert "<t>" not in html
    assert "<w>" not in html
    assert "<span>2026-11-04</span>" in html
    assert "state-warning" in html
    assert html.count("<span>") == 1
