"""Buttons: reasons that everyone can read, confirmation before final steps, POST with its token."""

import re
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context):
    return Template(source).render(Context({"csrf_token": "token-1"} | context))


def test_forbidden_action_is_shown_with_its_reason_for_eye_and_ear():
    html = render("{% action_button a %}", a={"label": "Approve", "url": "/x", "allowed": False, "reason": "Only <heads> may."})
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert f'id="{described[1]}"' in html
    assert 'aria-disabled="true"' in html
    assert 'data-tip="Only &lt;heads&gt; may."' in html
    assert "<form" not in html
    assert "/x" not in html


def test_allowed_action_posts_with_token_and_fields():
    html = render("{% action_button a %}", a=SimpleNamespace(label="Take back", url="/x/", allowed=True, fields={"version": 7}))
    assert '<form method="post" action="/x/"' in html
    assert 'value="token-1"' in html
    assert '<input type="hidden" name="version" value="7">' in html
    assert "data-once" in html


def test_final_step_says_what_happens_and_asks_once():
    html = render("{% action_button a %}", a={"label": "Publish", "url": "/x/", "primary": True, "confirm": "80 items become public."})
    assert "<details" in html
    assert "80 items become public." in html
    assert html.count("<form") == 1


def test_reason_is_asked_and_required_unless_said_otherwise():
    required = render("{% action_button a %}", a={"label": "Return", "url": "/x/", "ask_reason": True})
    optional = render("{% action_button a %}", a={"label": "Return", "url": "/x/", "ask_reason": True, "reason_required": False})
    field = re.search(r'<label class="form-label" for="([^"]+)"', required)
    assert field
    assert f'id="{field[1]}"' in required
    assert re.search(r"<textarea[^>]*\brequired\b", required)
    assert not re.search(r"<textarea[^>]*\brequired\b", optional)


def test_link_action_is_a_link():
    html = render("{% action_button a %}", a={"label": "Edit", "url": "/edit/", "method": "get"})
    assert '<a class="btn btn-outline" href="/edit/">' in html


def test_confirm_button_sends_further_keywords():
    html = render("{% confirm_button 'Delete' '/x/' text danger=True version=3 %}", text="Gone <for good>")
    assert "Gone &lt;for good&gt;" in html
    assert 'name="version" value="3"' in html
    assert "btn-danger" in html


def test_actions_keep_the_token_for_each():
    html = render("{% actions items %}", items=[{"label": "A", "url": "/a/"}, {"label": "B", "url": "/b/"}])
    assert html.count('value="token-1"') == 2
