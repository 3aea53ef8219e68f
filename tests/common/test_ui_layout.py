"""Page furniture: whole pages and parts, icons, cards, facts."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from common.templatetags import ui_layout


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context):
    return Template(source).render(Context(context))


class Htmx(SimpleNamespace):
    def __bool__(self):
        return self.asked


@pytest.mark.parametrize(
    ("asked", "boosted", "restored", "template"),
    [
        (False, False, False, "base.html"),
        (True, False, False, "partials/part.html"),
        (True, True, False, "base.html"),
        (True, False, True, "base.html"),
    ],
)
def test_only_a_real_part_request_gets_the_part(asked, boosted, restored, template):
    request = SimpleNamespace(htmx=Htmx(asked=asked, boosted=boosted, history_restore_request=restored))
    assert ui_layout.layout(request) == template


def test_error_pages_without_a_request_get_the_whole_page():
    assert ui_layout.layout(None) == "base.html"


def test_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render("{% icon 'bell' %}")
    labelled = render("{% icon 'bell' label=name %}", name='A "b"')
    assert 'aria-label="A &quot;b&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_card_heads_its_content_and_escapes_the_heading():
    html = render("{% card title=t count=0 %}<p>{{ x }}</p>{% endcard %}", t="<T>", x="<x>")
    assert "&lt;T&gt;" in html
    assert "<p>&lt;x&gt;</p>" in html
    assert '<span class="count">0</span>' in html


def test_card_escapes_everything_around_its_content_and_does_without_a_heading():
    tag = "{% card title=t subtitle=t uid='u' more_url=u more_label=t flush=True css='wide' %}x{% endcard %}"
    html = render(tag, t='<T"', u="/m?a=1&b=2")
    assert html.count("&lt;T&quot;") == 4  # label, heading, subtitle, link
    assert '<section class="card wide" id="u" aria-label=' in html
    assert 'href="/m?a=1&amp;b=2"' in html
    assert '<div class="card-flush">x</div>' in html
    bare = render("{% card %}x{% endcard %}")
    assert "header" not in bare
    assert "aria-label" not in bare
    assert '<div class="card-body">x</div>' in bare


def test_fact_without_value_is_read_as_not_given():
    html = render("{% facts %}{% fact 'Number' '' %}{% fact 'Post' post url='/p/' %}{% endfacts %}", post="<a>")
    assert "not given" in html
    assert '<a href="/p/">&lt;a&gt;</a>' in html


def test_zero_is_a_value():
    assert "<dd>0</dd>" in render("{% fact 'Count' 0 %}")


def test_danger_alert_is_announced_others_are_not():
    assert 'role="alert"' in render("{% alert tone='danger' %}x{% endalert %}")
    assert 'role="alert"' not in render("{% alert %}x{% endalert %}")


def test_tabs_and_crumbs_mark_the_page():
    tabs = render("{% tabs items %}", items=[{"label": "A", "url": "/a", "active": True}, {"label": "B", "url": "/b"}])
    assert tabs.count('aria-current="page"') == 1
    crumbs = render("{% breadcrumbs items %}", items=[{"label": "A", "url": "/a"}, {"label": "B", "url": "/b"}])
    assert 'href="/a"' in crumbs
    assert 'href="/b"' not in crumbs


def test_empty_state_says_what_to_do_next():
    html = render("{% empty_state 'None' 'Begin here.' url='/new/' action='Add' %}")
    assert "Begin here." in html
    assert 'href="/new/"' in html
