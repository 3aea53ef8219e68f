"""Forms: fields with label, help, example and error, the error summary, rows, check-your-answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape as escaped
from typing import Any

from django import forms, template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

# From this many options on a list gets a search box.
SEARCH_FROM = 9


def _kind(widget: forms.Widget) -> str:
    """Which template part draws a widget."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return "many"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file"
    return "input"


def _prepare(bound: BoundField, kind: str, example: str, described: list[str], rows: int, empty_label: str) -> SafeString:
    """The widget with our classes and ARIA attributes. Form fields are copies per form, so they may be set up."""
    widget = bound.field.widget
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    css = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
    attrs: dict[str, Any] = {"class": f"{css} {widget.attrs.get('class', '')}".strip()}
    if bound.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if example and kind in {"input", "textarea"}:
        attrs["placeholder"] = example
    elif widget.attrs.get("placeholder") in {bound.label, bound.field.label}:
        widget.attrs.pop("placeholder", None)  # it would only repeat the label
    if kind == "textarea":
        attrs["rows"] = rows or widget.attrs.get("rows", 3)
        attrs["cols"] = False
        attrs["data-grow"] = True
    if kind == "select":
        choices = _named_choices(widget, empty_label)
        if len(choices) >= SEARCH_FROM:
            attrs["data-search-select"] = True
        return _select(bound, choices, attrs)
    return _input(bound, attrs)


def _named_choices(widget: forms.Select, empty_label: str) -> list[tuple[Any, Any]]:
    """Django's empty choice is a row of dashes; people read a word."""
    return [(value, empty_label if value in ("", None) and str(label).startswith("---") else label) for value, label in widget.choices]


def _select(bound: BoundField, choices: list[tuple[Any, Any]], attrs: dict[str, Any]) -> SafeString:
    """The same as `bound.as_widget`, as one string: Django draws each option by three templates, and a list can have hundreds."""
    widget = bound.field.widget
    groups = any(isinstance(label, list | tuple) for _value, label in choices)
    if groups or widget.template_name != forms.Select.template_name or type(widget).create_option is not forms.Select.create_option:
        widget.choices = choices
        return bound.as_widget(attrs=attrs)
    listed = _listed(tuple(("" if value is None else str(value), str(label)) for value, label in choices))
    for value in [str(value) for value in widget.format_value(bound.value())][:1]:
        listed = listed.replace(f'<option value="{escaped(value)}">', f'<option value="{escaped(value)}" selected>')
    return mark_safe(f"<select{_attributes(bound, attrs)}>{listed}</select>")


@lru_cache(maxsize=200)
def _listed(options: tuple[tuple[str, str], ...]) -> str:
    """The options of a list. The same hundreds of departments and posts are drawn for everybody in a unit."""
    return "".join(f'<option value="{escaped(value)}">{escaped(label)}</option>' for value, label in options)


def _input(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """The same as `bound.as_widget`, without a template where the widget has none of its own."""
    widget = bound.field.widget
    if widget.template_name not in _INPUTS or type(widget).get_context is not forms.TextInput.get_context or bound.field.localize:
        return bound.as_widget(attrs=attrs)
    value = widget.format_value(bound.value())
    return mark_safe(f'<input type="{widget.input_type}"{_attributes(bound, attrs, value)}>')


# Widgets of Django that are drawn by nothing but their type, name, value and attributes.
_INPUTS = {kind.template_name for kind in (forms.TextInput, forms.NumberInput, forms.DateInput)}


def _attributes(bound: BoundField, attrs: dict[str, Any], value: Any = None) -> SafeString:
    """Name, value and attributes as `bound.as_widget` would give them to the widget."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs(attrs, widget)
    if bound.auto_id and "id" not in widget.attrs:
        attrs.setdefault("id", bound.auto_id)
    named = {"name": bound.html_name, "value": value} | widget.build_attrs(widget.attrs, attrs)
    shown = [(key, given) for key, given in named.items() if given is not None and given is not False]
    return mark_safe("".join(f" {key}" if given is True else f' {key}="{escaped(str(given))}"' for key, given in shown))


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The options of a list as the widget knows them, each with its group and whether it is the group's first."""
    found = []
    for group, options, _index in bound.field.widget.optgroups(bound.html_name, bound.field.widget.format_value(bound.value())):
        for at, option in enumerate(options):
            if option["value"] == "" and isinstance(bound.field.widget, forms.RadioSelect):
                continue
            found.append({**option, "group": group, "first": at == 0})
    return found


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    help_text: str = "",
    example: str = "",
    css: str = "",
    rows: int = 0,
    counter: bool = True,
    hide_label: bool = False,
    bare: bool = False,
    empty_label: str = "",
) -> SafeString:
    """One form field. The example stands in grey; a text with a maximum length counts what is left.

    ``bare`` gives only the control, its hidden label and errors, for use within table rows.
    """
    widget = bound.field.widget
    kind = _kind(widget)
    help_text = help_text or str(bound.help_text)
    uid = bound.auto_id or bound.html_name
    example = example or getattr(bound.field, "example", "") or str(widget.attrs.get("data-example", ""))
    described = []
    if help_text:
        described.append(f"{uid}_help")
    if bound.errors:
        described.append(f"{uid}_error")
    limit = getattr(bound.field, "max_length", None)
    counted = bool(counter and limit and kind == "textarea" and not bare)
    if counted:
        described.append(f"{uid}_count")
    is_choice = kind in {"many", "radio"}
    label, hide_label = label or str(bound.label), hide_label or bare
    control = SafeString("") if is_choice else _prepare(bound, kind, example, described, rows, empty_label or _("Please choose"))
    is_optional = not bound.field.required and not bare and kind not in {"checkbox", "hidden"}
    if kind in {"input", "select"} and not described:
        return _plain(bound, label, control, css, is_hidden=hide_label, is_optional=is_optional)
    options = _options(bound) if is_choice else []
    values = {
        "bound": bound,
        "kind": kind,
        "uid": uid,
        "label": label,
        "help": help_text,
        "css": css,
        "limit": limit if counted else None,
        "described": " ".join(described),
        "options": options,
        "searchable": len(options) >= SEARCH_FROM,
        "optional": is_optional,
        "hide_label": hide_label,
        "bare": bare,
        "inline": kind == "radio" and 0 < len(options) <= 5,  # a few fit one line
        "control": control,
    }
    return render_to_string("components/field.html", values)


def _plain(bound: BoundField, label: str, control: SafeString, css: str, *, is_hidden: bool, is_optional: bool) -> SafeString:
    """A field without help and errors, as in components/field.html. Most fields are such, and a filter bar has a dozen of them."""
    optional = f' <span class="optional">{_("optional")}</span>' if is_optional else ""
    return mark_safe(
        f'<div class="field {escaped(css)}"><label class="form-label{" visually-hidden" if is_hidden else ""}" '
        f'for="{escaped(bound.id_for_label)}">{conditional_escape(label)}{optional}</label>{control}</div>'
    )


@register.simple_tag
def form_fields(form: BaseForm, only: str = "", exclude: str = "") -> SafeString:
    """All fields of a form in its order, or those named in ``only`` (space separated)."""
    names = only.split() or [name for name in form.fields if name not in exclude.split()]
    return mark_safe("".join(field(form[name]) for name in names))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """Every error of the given forms and formsets with a link to its field; nothing when there is none."""
    entries: list[dict[str, str]] = []
    for source in sources:
        if source is None or not source.is_bound:
            continue
        if isinstance(source, BaseFormSet):
            entries += [{"text": str(text), "target": ""} for text in source.non_form_errors()]
            for number, row in enumerate(source.forms, start=1):
                entries += _form_errors(row, f"{number}. ")
        else:
            entries += _form_errors(source, "")
    return {"entries": entries}


def _form_errors(form: BaseForm, prefix: str) -> list[dict[str, str]]:
    found = [{"text": f"{prefix}{text}", "target": ""} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id
        if _kind(bound.field.widget) in {"many", "radio"}:
            target = f"{bound.auto_id}_0"
        found += [{"text": f"{prefix}{bound.label}: {text}", "target": str(target)} for text in bound.errors]
    return found


@register.inclusion_tag("components/formset.html")
def formset(rows: BaseFormSet[Any], add_label: str = "", title: str = "", numbered: bool = True) -> dict[str, Any]:
    """A formset as rows of a table that can be added, removed and, when it ``can_order``, moved."""
    template_form = rows.empty_form
    hidden = {"DELETE", "ORDER"}
    columns = [bound for bound in template_form if not bound.is_hidden and bound.name not in hidden]
    return {
        "rows": rows,
        "columns": columns,
        "names": [bound.name for bound in columns],
        "add_label": add_label,
        "title": title,
        "numbered": numbered,
        "prefix": rows.prefix,
        "maximum": rows.max_num,
    }


@register.filter
def cells(form: BaseForm, names: Iterable[str]) -> list[BoundField]:
    """The named fields of a form row, in the order of the columns."""
    return [form[name] for name in names]


@register.filter
def has_field(form: BaseForm, name: str) -> bool:
    """Whether a form has the field: DELETE and ORDER exist only when the formset allows them."""
    return name in form.fields


@register.filter
def getfield(form: BaseForm, name: str) -> BoundField:
    """A bound field by a name that a template cannot write as an attribute."""
    return form[name]


@register.inclusion_tag("components/check_answers.html")
def check_answers(items: Iterable[Any], title: str = "") -> dict[str, Any]:
    """The last page before sending: items with label, value, and maybe change_url and warning."""
    return {"items": items, "title": title}


@register.simple_block_tag
def form_actions(content: str, autosave: bool = False, note: str = "") -> str:
    """The bar of buttons that stays in sight below a long form; ``autosave`` shows when it was saved."""
    return render_to_string("components/form_actions.html", {"content": content, "autosave": autosave, "note": note})
