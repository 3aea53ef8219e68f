"""Units, departments, positions, appointments and the division of work (domain §1)."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager

from common.history import History
from common.models import Timed, Versioned
from positions.querysets import (
    AppointmentQuerySet,
    DepartmentQuerySet,
    DivisionQuerySet,
    PositionQuerySet,
    UnitQuerySet,
)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    """treebeard's manager with our queryset; its own ignores what from_queryset was given."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node, Timed, Versioned):
    """A unit (单位). Units form a tree; one installation serves the whole tree."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]+$", _("Use capital letters and digits only."))],
    )
    duties = models.TextField(_("main duties"), blank=True)
    # Whether those who see the whole of a higher unit see this one's content too (领导层可见范围).
    open_to_higher = models.BooleanField(_("open to the higher unit"), default=False)

    node_order_by: list[str] = []
    history = History(excluded_fields=["path", "depth", "numchild"])
    objects = UnitManager()

    class Meta:
        verbose_name = _("unit")

    def __str__(self) -> str:
        return self.name


class DepartmentKind(models.TextChoices):
    OFFICE = "office", _("office")
    SUBORDINATE = "subordinate_body", _("subordinate body")


class Department(Timed, Versioned):
    """A department, section or subordinate body of a unit (部门、科室、局属单位)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="departments", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=DepartmentKind, default=DepartmentKind.OFFICE)
    duties = models.TextField(_("main duties"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    history = History()
    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        ordering = ["unit", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="positions_department_name")]

    def __str__(self) -> str:
        return self.name


class Rank(models.TextChoices):
    """What a position is in the unit; reviews and levels follow from it."""

    UNIT_HEAD = "unit_head", _("unit head")
    DEPUTY = "deputy", _("deputy in charge")
    LEADERSHIP_MEMBER = "leadership_member", _("member of the leadership")
    DEPARTMENT_HEAD = "department_head", _("department head")
    DEPUTY_DEPARTMENT_HEAD = "deputy_department_head", _("deputy department head")
    STAFF = "staff", _("general staff")


LEADERSHIP_RANKS = (Rank.UNIT_HEAD, Rank.DEPUTY, Rank.LEADERSHIP_MEMBER)


class Position(Timed, Versioned):
    """A position (岗位) of a department, or of the unit's leadership when it has none."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="positions", verbose_name=_("unit"))
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="positions",
        verbose_name=_("department"),
    )
    name = models.CharField(_("name"), max_length=80)
    rank = models.CharField(_("rank"), max_length=24, choices=Rank, default=Rank.STAFF)
    duties = models.TextField(_("duties"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    history = History()
    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        ordering = ["unit", F("department__order").asc(nulls_first=True), "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "department", "name"], nulls_distinct=False, name="positions_position_name"),
            models.CheckConstraint(
                condition=Q(department=None, rank__in=LEADERSHIP_RANKS) | Q(department__isnull=False) & ~Q(rank__in=LEADERSHIP_RANKS),
                name="positions_position_leadership_without_department",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(Timed, Versioned):
    """A person holds a position from a date, until a date or until further notice; rights begin and end with it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("person"))
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("position"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (last day)"), null=True, blank=True)
    is_main = models.BooleanField(_("main post"), default=True)
    document = models.CharField(_("document of appointment"), max_length=120, blank=True)

    history = History()
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        ordering = ["position", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="positions_appointment_dates_in_order"),
            models.UniqueConstraint(fields=["person", "position"], condition=Q(ends_on=None), name="positions_appointment_once_open"),
        ]
        indexes = [models.Index(fields=["person", "starts_on", "ends_on"], name="appointment_in_force")]

    def __str__(self) -> str:
        return f"{self.person} · {self.position}"


class DivisionOfWork(Timed, Versioned):
    """Which leader is in charge of which department (分工). It counts only while the leader's appointment does."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="divisions", verbose_name=_("leader"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="divisions", verbose_name=_("department"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (last day)"), null=True, blank=True)

    history = History()
    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division of work")
        ordering = ["department", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="positions_division_dates_in_order"),
            models.UniqueConstraint(fields=["department"], condition=Q(ends_on=None), name="positions_division_one_leader"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.person} · {self.department}"
