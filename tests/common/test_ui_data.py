"""Lists and pictures of data: addresses keep their filters, pictures have their tables."""

import json
import re

import django_filters
import django_tables2 as tables
import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from common.flow_list import risks_on_chart, step_rows

RED = {"label": "一级", "name": "重点", "colour": "red", "severity": 3}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, request=None, **context):
    return Template(source).render(Context(context | {"request": request}))


class Filters(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Text", method="keep")
    level = django_filters.MultipleChoiceFilter(
        label="Level", choices=[("1", "一级"), ("2", "二级")], method="keep", widget=forms.CheckboxSelectMultiple
    )

    def keep(self, queryset, name, value):
        return queryset


def filters(request):
    return Filters(request.GET, queryset=ContentType.objects.none())


def test_chips_name_each_filter_and_take_only_it_away(rf):
    request = rf.get("/risks/", {"q": "资金 & 票", "level": ["1", "2"], "page": "4", "sort": "-x"})
    html = render("{% filter_chips f count=7 %}", request, f=filters(request))
    assert re.search(r"<strong>7</strong>\s+entries", html)
    assert "一级" in html
    first = re.search(r'href="([^"]+)"[^>]*data-clear-field="level" data-clear-value="1"', html)[1]
    assert "level=2" in first
    assert "level=1" not in first
    assert "sort=-x" in first
    assert "page=" not in first


def test_no_filter_no_chips(rf):
    request = rf.get("/risks/")
    html = render("{% filter_chips f count=0 %}", request, f=filters(request))
    assert "chip" not in html


def test_filter_bar_submits_to_its_own_address_and_keeps_the_order(rf):
    request = rf.get("/risks/", {"sort": "-x"})
    html = render("{% filter_bar f primary=1 %}", request, f=filters(request))
    assert 'action="/risks/"' in html
    assert 'hx-target="#results"' in html
    assert 'name="sort" value="-x"' in html
    assert "<details" in html


class Table(tables.Table):
    name = tables.Column("Name", linkify=lambda record: "/x/")
    count = tables.Column("Count", attrs={"td": {"class": "num"}})

    class Meta:
        row_attrs = {"data-href": lambda record: f"/risks/{record['id']}/"}


ROWS = [{"id": n, "name": f"<n{n}>", "count": n} for n in range(120)]


def drawn(rf, query=None, rows=ROWS, source="{% data_table table export_url='/export/' %}"):
    request = rf.get("/risks/", query or {})
    table = Table(rows)
    tables.RequestConfig(request, paginate={"per_page": 50}).configure(table)
    return render(source, request, table=table)


def test_table_rows_open_and_cells_carry_their_label(rf):
    html = drawn(rf)
    assert 'data-href="/risks/0/"' in html
    assert 'data-label="Name"' in html
    assert "&lt;n0&gt;" in html
    assert html.count("<tr ") == 50


def test_export_gets_the_filters_but_not_the_page(rf):
    html = drawn(rf, {"level": "1", "page": "2"})
    assert 'href="/export/?level=1"' in html


def test_sort_links_keep_the_filters_and_start_at_page_one(rf):
    html = drawn(rf, {"level": "1", "page": "2", "sort": "count"})
    link = re.search(r'aria-sort="ascending">\s*<a href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert "sort=-count" in link
    assert "level=1" in link
    assert "page=" not in link


def test_pager_says_where_one_is(rf):
    html = drawn(rf, {"page": "2"})
    assert "51–100 of 120" in html
    assert "Page 2 of 3" in html


def test_empty_table_says_what_to_do(rf):
    html = drawn(rf, rows=[], source="{% data_table table empty_title='No risks yet' empty_url='/new/' empty_action='Add one' %}")
    assert "No risks yet" in html
    assert 'href="/new/"' in html
    assert "<table" not in html


def test_pager_on_the_first_page_offers_no_way_back(rf):
    html = render("{% pager page %}", rf.get("/"), page=Paginator(range(120), 50).page(1))
    assert 'aria-label="Previous page"' not in html
    assert 'aria-label="Next page"' in html


def test_query_changes_and_drops_parameters(rf):
    assert render("{% query page=3 sort=None %}", rf.get("/", {"sort": "x", "q": "a"})) == "?q=a&amp;page=3"


def test_matrix_is_a_table_with_words_and_links():
    cells = {(5, 4): {"level": RED, "count": 3, "url": "?p=5&h=4", "active": True}}
    html = render("{% matrix rows cols cells caption='Spread' %}", rows=[(5, "high")], cols=[(4, "bad"), (5, "worst")], cells=cells)
    assert "<caption>Spread</caption>" in html
    assert 'href="?p=5&amp;h=4"' in html
    assert "一级" in html
    assert 'aria-current="true"' in html
    assert html.count('<td class="matrix-cell') == 2
    assert '<td class="matrix-cell matrix-red active"><a href="?p=5&amp;h=4" aria-current="true"><span' in html
    assert '<td class="matrix-cell matrix-grey matrix-empty"><span class="matrix-box"><span class="matrix-count">0</span>' in html
    assert "hx-get" not in html


def test_a_cell_of_a_matrix_may_draw_a_part_of_the_page_anew():
    cells = {(1, 1): {"level": RED, "count": 3, "url": "?p=1"}}
    html = render("{% matrix rows cols cells target='results' %}", rows=[(1, "low")], cols=[(1, "low")], cells=cells)
    assert '<a href="?p=1" hx-get="?p=1" hx-target="#results" hx-swap="outerHTML" hx-push-url="true">' in html


def test_a_cell_of_a_matrix_says_what_it_is_given_as_text():
    cells = {(1, 1): {"level": None, "count": "<b>·</b>"}}
    html = render("{% matrix rows cols cells %}", rows=[(1, "low")], cols=[(1, "low")], cells=cells)
    assert '<span class="matrix-count">&lt;b&gt;·&lt;/b&gt;</span><span class="matrix-level"></span>' in html


def test_chart_has_its_numbers_in_a_table_and_safe_data():
    series = [{"label": "</script>", "values": [1, 2], "urls": ["/a", ""]}]
    html = render("{% chart 'bar' 'Most in A' names series %}", names=["A", "B"], series=series)
    assert html.count("</script>") == 1
    assert '<a href="/a">1</a>' in html
    data = json.loads(re.search(r'<script id="[^"]+" type="application/json">(.*?)</script>', html, re.S)[1])
    assert data["categories"] == ["A", "B"]
    assert data["series"][0]["values"] == [1, 2]


FLOW = {
    "title": "Paying",
    "steps": [
        {
            "key": "s1",
            "kind": "start",
            "name": "<Apply>",
            "holder": "Clerk",
            "days": 1,
            "risks": [{"id": 1, "number": "1", "title": "False claim", "level": RED}],
        },
        {"key": "s2", "kind": "end", "name": "Pay", "holder": "", "days": 0, "warnings": ["Nobody is responsible"]},
    ],
    "links": [{"source": "s1", "target": "s2", "condition": "agreed"}],
}


def test_flowchart_tells_its_steps_without_scripts():
    html = render("{% flowchart data %}", data=FLOW)
    assert "&lt;Apply&gt;" in html
    assert "False claim" in html
    assert "Nobody is responsible" in html
    assert re.search(r"agreed</span>\s*→ Pay", html)


def test_rows_of_a_flowchart_escape_what_people_wrote_and_tell_zero_from_nothing():
    bad = "<b>"
    step = {"key": "s1", "kind": "start", "name": bad, "holder": bad, "days": 0, "documents": bad, "warnings": [bad]}
    step["risks"] = [{"id": 1, "number": bad, "title": bad, "url": "/x?a=1&b=2", "level": RED}]
    last = {"key": "s2", "kind": "end", "name": "End", "holder": "", "days": None}
    rows = step_rows([step, last], [{"source": "s1", "target": "s2", "condition": bad}])
    assert "<b>" not in rows + risks_on_chart([step, last])
    assert rows.count("&lt;b&gt;") == 7
    assert 'href="/x?a=1&amp;b=2"' in risks_on_chart([step, last])
    first, second = rows.split("</tr>")[:2]
    assert '<td class="num">0</td>' in first
    assert second.count("—") == 4  # nobody, no days, no documents, nothing next


def test_flowchart_hands_its_words_to_the_drawing():
    html = render("{% flowchart data uid='f' %}", data=FLOW)
    data = json.loads(re.search(r'<script id="f-data" type="application/json">(.*?)</script>', html, re.S)[1])
    assert data["texts"]["start"] == "Start"
    assert [step["key"] for step in data["steps"]] == ["s1", "s2"]
