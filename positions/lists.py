"""Filters and tables of the catalogue and of the rules library."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.markup import markup
from common.templatetags.ui_status import badge
from positions.models import Catalogue, Department, HolderLevel, MajorMatter, PowerCategory, PowerItem, Requirement, Rule
from positions.states import ItemState, RuleState

STATE_TONES = {
    ItemState.DRAFT: "neutral",
    ItemState.DEPARTMENT_REVIEW: "warning",
    ItemState.UNIT_REVIEW: "info",
    ItemState.ACCEPTED: "success",
    RuleState.TO_MAKE: "warning",
    RuleState.IN_FORCE: "success",
    RuleState.REPEALED: "neutral",
}
_OPTIONAL = {"th": {"data-optional": "1"}}


class PowerFilter(django_filters.FilterSet):
    """By text, category, department, level and major matter; in a version being compiled by state too."""

    q = django_filters.CharFilter(label=_("number, name or text"), method="find")
    category = django_filters.ChoiceFilter(label=_("category"), choices=PowerCategory.choices)
    department = django_filters.ModelChoiceFilter(label=_("department"), queryset=Department.objects.none())
    level = django_filters.ChoiceFilter(label=_("held by"), choices=HolderLevel.choices)
    major_matter = django_filters.ChoiceFilter(
        label=_("major matter"), choices=[("any", _("any of the four")), *MajorMatter.choices], method="of_matter"
    )
    requires = django_filters.ChoiceFilter(label=_("required checks"), choices=Requirement.choices, method="requiring")

    class Meta:
        model = PowerItem
        fields = ["q", "category", "department", "level", "major_matter", "requires"]

    def __init__(self, *args: Any, unit_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].queryset = Department.objects.filter(unit_id=unit_id)

    def find(self, queryset: QuerySet[PowerItem], name: str, value: str) -> QuerySet[PowerItem]:
        """Every word somewhere in number, name, basis, subject or procedure."""
        for word in value.replace("\0", "").split()[:6]:
            queryset = queryset.filter(
                Q(number__icontains=word)
                | Q(name__icontains=word)
                | Q(basis__icontains=word)
                | Q(subject__icontains=word)
                | Q(procedure__icontains=word)
            )
        return queryset

    def of_matter(self, queryset: QuerySet[PowerItem], name: str, value: str) -> QuerySet[PowerItem]:
        """One of the four, or any."""
        return queryset.exclude(major_matter="") if value == "any" else queryset.filter(major_matter=value)

    def requiring(self, queryset: QuerySet[PowerItem], name: str, value: str) -> QuerySet[PowerItem]:
        """Items that require the check."""
        return queryset.filter(requires__contains=[value])


def filtered(user: Any, data: QueryDict, catalogue: Catalogue | None) -> PowerFilter:
    """What the person sees of a version, filtered as the address says; screen, paper and file all come from here."""
    items = PowerItem.objects.visible_to(user).filter(catalogue=catalogue).select_related("department", "position")
    return PowerFilter(data, items, unit_id=catalogue.unit_id if catalogue else 0)


class CompilingFilter(PowerFilter):
    """The same with the state first."""

    state = django_filters.ChoiceFilter(label=_("state"), choices=ItemState.choices)

    class Meta:
        model = PowerItem
        fields = ["q", "state", "category", "department", "level", "major_matter", "requires"]


class PowerTable(tables.Table):
    """The columns of 职权目录 (domain §11); the long ones on wish."""

    number = tables.Column(verbose_name=_("number"), linkify=("powers:item", {"pk": tables.A("pk")}), attrs={"td": {"class": "nowrap"}})
    category = tables.Column(verbose_name=_("power category"), attrs={"td": {"class": "nowrap"}})
    name = tables.Column(verbose_name=_("name of the power"))
    holder = tables.Column(empty_values=(), verbose_name=_("department or position"), order_by=("department__order", "position__order"))
    time_limit = tables.Column(verbose_name=_("time limit for handling"))
    major_matter = tables.Column(verbose_name=_("category of major matter"), attrs={"td": {"class": "nowrap"}})
    subject = tables.Column(verbose_name=_("subject of its exercise"), attrs=_OPTIONAL, orderable=False)
    basis = tables.Column(verbose_name=_("basis of its exercise"), attrs=_OPTIONAL, orderable=False)
    conditions = tables.Column(verbose_name=_("conditions of its exercise"), attrs=_OPTIONAL, orderable=False)
    procedure = tables.Column(verbose_name=_("procedure of its exercise"), attrs=_OPTIONAL, orderable=False)
    responsibility = tables.Column(verbose_name=_("responsibility"), attrs=_OPTIONAL, orderable=False)
    disclosure = tables.Column(verbose_name=_("form and scope of disclosure"), attrs=_OPTIONAL, orderable=False)
    flowchart = tables.Column(accessor="number", verbose_name=_("number of the flowchart"), attrs=_OPTIONAL, orderable=False)

    class Meta:
        model = PowerItem
        fields = ["number", "category", "name", "holder", "time_limit", "major_matter"]
        order_by = ("number",)
        row_attrs = {"data-href": lambda record: f"/powers/items/{record.pk}/"}

    def render_holder(self, record: PowerItem) -> str:
        """Department and position; the leadership for powers of the unit."""
        if record.level == HolderLevel.UNIT:
            return str(_("leadership"))
        if record.position is None:
            return str(record.department)
        return markup(
            '{} <span class="text-secondary">{}</span>', record.department.name if record.department else "", record.position.name
        )

    def render_major_matter(self, record: PowerItem) -> str:
        """As a badge, so that the eye finds it."""
        return badge(record.get_major_matter_display(), "accent") if record.major_matter else ""


class CompilingTable(PowerTable):
    """Items of the version being compiled, with their state."""

    chosen = tables.Column(empty_values=(), verbose_name="", orderable=False)
    state = tables.Column(verbose_name=_("state"), attrs={"td": {"class": "nowrap"}})

    class Meta(PowerTable.Meta):
        sequence = ("chosen", "number", "category", "name", "holder", "state", "...")
        exclude = ("time_limit",)

    def __init__(self, *args: Any, choosable: set[int], **kwargs: Any) -> None:
        self.choosable = choosable
        super().__init__(*args, **kwargs)

    def before_render(self, request: Any) -> None:
        """No empty column when there is nothing to choose."""
        if not self.choosable:
            self.columns.hide("chosen")

    def render_chosen(self, record: PowerItem) -> str:
        """A box where the person may accept the item; it belongs to the form above the table."""
        if record.pk not in self.choosable:
            return ""
        box = '<input type="checkbox" class="form-check-input" name="chosen" value="{}" form="accept-form" aria-label="{}">'
        return markup(box, record.pk, record.name)

    def render_state(self, record: PowerItem) -> str:
        """As a badge."""
        return badge(record.get_state_display(), STATE_TONES[ItemState(record.state)])


class RuleFilter(django_filters.FilterSet):
    """By text, state and department in charge."""

    q = django_filters.CharFilter(label=_("title, number or key points"), method="find")
    state = django_filters.ChoiceFilter(label=_("state"), choices=RuleState.choices)
    department = django_filters.ModelChoiceFilter(label=_("department in charge"), queryset=Department.objects.none())

    class Meta:
        model = Rule
        fields = ["q", "state", "department"]

    def __init__(self, *args: Any, unit_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["department"].queryset = Department.objects.filter(unit_id=unit_id)

    def find(self, queryset: QuerySet[Rule], name: str, value: str) -> QuerySet[Rule]:
        """Every word somewhere in title, number or key points."""
        for word in value.replace("\0", "").split()[:6]:
            queryset = queryset.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(key_points__icontains=word))
        return queryset


class RuleTable(tables.Table):
    """The rules library; how many measures ask for a rule comes from the risks."""

    title = tables.Column(verbose_name=_("title"), linkify=("powers:rule", {"pk": tables.A("pk")}))
    number = tables.Column(verbose_name=_("document number"))
    department = tables.Column(verbose_name=_("department in charge"), default=_("the unit"), order_by="department__order")
    state = tables.Column(verbose_name=_("state"), attrs={"td": {"class": "nowrap"}})
    since = tables.DateColumn(verbose_name=_("in force since"), format="Y-m-d", attrs={"td": {"class": "nowrap"}})
    asked = tables.Column(
        empty_values=(), verbose_name=_("asked for by measures"), orderable=False, attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )

    class Meta:
        model = Rule
        fields = ["title", "number", "department", "state", "since"]
        row_attrs = {"data-href": lambda record: f"/powers/rules/{record.pk}/"}

    def __init__(self, *args: Any, asking: dict[int, int] | None = None, **kwargs: Any) -> None:
        self.asking = asking or {}
        super().__init__(*args, **kwargs)

    def render_state(self, record: Rule) -> str:
        """As a badge."""
        return badge(record.get_state_display(), STATE_TONES[RuleState(record.state)])

    def render_asked(self, record: Rule) -> str:
        """The count; nothing for none."""
        return str(self.asking.get(record.pk) or "")
