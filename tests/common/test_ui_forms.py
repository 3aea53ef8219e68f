"""Form rendering: every control has its label, its help, its error, and says so to screen readers."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test.html import parse_html
from django.utils import translation


class RiskForm(forms.Form):
    title = forms.CharField(label="Title", help_text="One phrase.")
    content = forms.CharField(label="Content", max_length=20, widget=forms.Textarea)
    due = forms.DateField(label="Due", required=False)
    power = forms.ChoiceField(label="Power", choices=[("", "---------")] + [(str(n), f"P{n}") for n in range(12)])
    aspect = forms.ChoiceField(label="Aspect", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    posts = forms.MultipleChoiceField(label="Posts", choices=[(str(n), f"<Post {n}>") for n in range(10)], required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class MeasureForm(forms.Form):
    text = forms.CharField(label="Text")


Measures = forms.formset_factory(MeasureForm, extra=1, can_order=True, can_delete=True, max_num=5)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context):
    return Template(source).render(Context(context))


def described_by(html):
    return re.search(r'aria-describedby="([^"]+)"', html)[1].split()


def test_help_is_tied_to_the_control():
    html = render("{% field form.title %}", form=RiskForm())
    assert '<label class="form-label" for="id_title">' in html
    assert described_by(html) == ["id_title_help"]
    assert 'id="id_title_help">One phrase.' in html


def test_error_is_tied_to_the_control_and_marks_it_invalid():
    html = render("{% field form.title %}", form=RiskForm({"title": ""}))
    assert described_by(html) == ["id_title_help", "id_title_error"]
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_error"' in html
    assert html.count("aria-describedby") == 1


def test_entered_text_is_escaped():
    html = render("{% field form.content %}", form=RiskForm({"content": "</textarea><script>"}))
    assert "<script>" not in html


def test_long_text_counts_against_its_limit():
    html = render("{% field form.content %}", form=RiskForm())
    assert 'data-counter-for="id_content"' in html
    assert 'data-limit="20"' in html


def test_date_becomes_a_date_picker_in_iso():
    html = render("{% field form.due %}", form=RiskForm({"due": "2026-11-21"}))
    assert 'type="date"' in html
    assert 'value="2026-11-21"' in html
    assert "optional" in html


def test_long_select_can_be_searched_and_names_its_empty_choice():
    html = render("{% field form.power %}", form=RiskForm())
    assert "data-search-select" in html
    assert "Please choose" in html
    assert "-----" not in html


def test_radio_choices_form_a_named_group():
    html = render("{% field form.aspect %}", form=RiskForm({"aspect": "b"}))
    assert "<fieldset" in html
    assert re.search(r'value="b"\s+checked', html)
    assert not re.search(r'value="a"\s+checked', html)


def test_multiple_choice_is_a_searchable_check_list_with_escaped_labels():
    html = render("{% field form.posts %}", form=RiskForm({"posts": ["3", "4"]}))
    assert html.count('type="checkbox"') == 10
    assert html.count("checked") == 2
    assert "data-choice-search" in html
    assert "&lt;Post 3&gt;" in html


def test_form_fields_draws_all_or_the_named():
    everything = render("{% form_fields form %}", form=RiskForm())
    some = render("{% form_fields form exclude='content power posts' %}", form=RiskForm())
    assert all(f'name="{name}"' in everything for name in RiskForm.base_fields)
    assert 'name="title"' in some
    assert 'name="content"' not in some


def test_error_summary_links_to_each_field_and_row():
    rows = Measures({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-text": "", "form-0-ORDER": "1"})
    form = RiskForm({"title": "", "content": "ok", "power": "1"})
    html = render("{% error_summary form rows %}", form=form, rows=rows)
    assert 'href="#id_title"' in html
    assert 'href="#id_aspect_0"' in html
    assert 'href="#id_form-0-text"' in html
    assert "3 entries need your attention" in html
    assert 'role="alert"' in html


def test_no_errors_no_summary():
    assert render("{% error_summary form %}", form=RiskForm()).strip() == ""


def test_formset_has_rows_a_pattern_and_works_without_scripts():
    html = render("{% formset rows add_label='Add' %}", rows=Measures())
    assert html.count("data-formset-row>") == 2  # one row, one pattern
    assert 'name="form-__prefix__-text"' in html
    assert 'name="form-0-DELETE"' in html
    assert 'name="form-0-ORDER"' in html
    assert 'name="form-TOTAL_FORMS"' in html
    assert 'data-max="5"' in html


def test_check_answers_says_what_is_missing():
    html = render("{% check_answers items %}", items=[{"label": "Form", "value": "", "change_url": "/x/"}])
    assert "not given" in html
    assert 'href="/x/"' in html


def test_nothing_is_styled_or_scripted_inline():
    html = render("{% form_fields form %}{% formset rows %}", form=RiskForm(), rows=Measures())
    assert "style=" not in html
    assert not re.search(r"\son\w+=", html)


@pytest.mark.parametrize("chosen", ["", "3", "11", "no such option"])
@pytest.mark.parametrize("required", [True, False])
def test_a_list_is_what_django_would_draw(chosen, required):
    """Drawn as one string for speed; words of users stay escaped."""
    options = [("", "---------"), *((n, f'<Department {n}> & "others"') for n in range(12))]

    def form():
        field = forms.ChoiceField(choices=options, required=required, widget=forms.Select(attrs={"class": "wide", "data-x": "<1>"}))
        return type("ListForm", (forms.Form,), {"department": field})(data={"department": chosen})

    ours = re.search(r"<select.*</select>", render("{% field form.department %}", form=form()), re.DOTALL)[0]
    theirs = form()
    theirs.fields["department"].choices = [("", "Please choose"), *options[1:]]
    attrs = {"class": "form-select wide", "data-search-select": True}
    if theirs["department"].errors:
        attrs |= {"class": "form-select wide is-invalid", "aria-invalid": "true", "aria-describedby": "id_department_error"}
    assert parse_html(ours) == parse_html(theirs["department"].as_widget(attrs=attrs))


def test_groups_of_options_are_kept():
    field = forms.ChoiceField(choices=[("Offices", [("1", "A")]), ("Stations", [("2", "B")])])
    html = render("{% field form.place %}", form=type("GroupForm", (forms.Form,), {"place": field})())
    assert '<optgroup label="Offices">' in html


class Widgets(forms.Form):
    """What is drawn without templates: as Django's own templates and components/field.html would."""

    text = forms.CharField(label="A < B", max_length=60, widget=forms.TextInput(attrs={"type": "search", "class": "wide"}))
    count = forms.IntegerField(label="Count", min_value=1, max_value=9, required=False)
    day = forms.DateField(label="Day", required=False, disabled=True)
    kind = forms.ChoiceField(label="Kind", choices=[("", "---------"), ("a", "<A>"), ("b", "B & C")], required=False)


@pytest.mark.parametrize("data", [None, {"text": '"quoted" & <b>', "count": "3", "day": "2026-11-21", "kind": "b"}])
@pytest.mark.parametrize("name", ["text", "count", "day", "kind"])
def test_a_plain_field_is_what_the_templates_would_draw(name, data):
    drawn = parse_html(render("{% field form." + name + " css='is-optional' empty_label='All' %}", form=Widgets(data)))
    form = Widgets(data)
    bound = form[name]
    if name == "kind":
        bound.field.widget.choices = [("", "All"), ("a", "<A>"), ("b", "B & C")]
        control = bound.as_widget(attrs={"class": "form-select"})
    else:
        if name == "day":
            bound.field.widget.input_type, bound.field.widget.format = "date", "%Y-%m-%d"
        css = "form-control wide" if name == "text" else "form-control"
        control = bound.as_widget(attrs={"class": css})
    values = {"bound": bound, "kind": "input", "label": bound.label, "css": "is-optional", "control": control}
    values |= {"uid": bound.auto_id, "optional": not bound.field.required}
    assert drawn == parse_html(render_to_string("components/field.html", values))
