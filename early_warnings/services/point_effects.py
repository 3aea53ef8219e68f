"""What a confirmed entry brings with it: notices, the leader's share, reached thresholds and the draft of a warning (domain §5)."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from early_warnings import committees
from early_warnings.models import PointEntry, PointThreshold, SourceKind, ThresholdHit, Warning
from early_warnings.permissions import points as permissions
from early_warnings.points import Cycle, crossed, in_words, leader_share, standing, window, year_before
from early_warnings.services.drafting import draft
from early_warnings.services.point_holders import place_of, share_leader_id
from early_warnings.states_points import PointState
from leads.models import LeadRecusal
from notifications.services import notify

ZERO = Decimal(0)
SHOWN_GROUNDS = 12


def follow(entry: PointEntry, by: User) -> None:
    """Call after an entry was confirmed, in the same transaction, with the unit's row locked."""
    _tell_holder(entry, by)
    _reach(entry)
    if entry.counter_of is not None:
        share = PointEntry.objects.filter(share_of=entry.counter_of).select_related("scheme", "person", "unit").first()
        if share is not None:
            follow(_take_back(share, entry), by)
        return
    leader_id = share_leader_id(entry)
    if leader_id is not None:
        follow(_share(entry, leader_id), by)


def total(entry: PointEntry, today: date) -> Decimal:
    """The sum of the holder's confirmed entries in the cycle that the entry belongs to: its year, or the twelve months up to today."""
    on = entry.occurred_on if entry.scheme.cycle == Cycle.CALENDAR else today
    rows = PointEntry.objects.confirmed().filter(unit_id=entry.unit_id, scheme_id=entry.scheme_id).within(*window(entry.scheme.cycle, on))
    held = rows.filter(person_id=entry.person_id, department_id=entry.department_id)
    return held.aggregate(total=Sum("points"))["total"] or ZERO


def _share(entry: PointEntry, leader_id: int) -> PointEntry:
    """The leader's own entry, confirmed together with the one it belongs to and by the same people."""
    leader = User.objects.get(pk=leader_id)
    return _derived(
        entry,
        holder=leader,
        points=leader_share(entry.points, entry.scheme.rules),
        facts=_("Share of the responsible leader (%(share)s %%) of %(points)s points of %(who)s.")
        % {"share": in_words(entry.scheme.leader_share), "points": in_words(entry.points), "who": entry.holder_label},
        share_of=entry,
    )


def _take_back(share: PointEntry, counter: PointEntry) -> PointEntry:
    text = _("Taken back together with the entry it is a share of: %(reason)s") % {"reason": counter.facts}
    assert share.person is not None
    return _derived(counter, holder=share.person, points=-share.points, facts=text, counter_of=share)


def _derived(
    entry: PointEntry,
    *,
    holder: User,
    points: Decimal,
    facts: str,
    share_of: PointEntry | None = None,
    counter_of: PointEntry | None = None,
) -> PointEntry:
    if counter_of is not None:
        place, label = counter_of.place, counter_of.holder_label
    else:
        found = place_of(holder, entry.unit, entry.occurred_on)
        place, label = found.department, found.label
    copied = ("unit", "scheme", "cycle_year", "body", "behaviour", "occurred_on", "basis", "source_kind", "source_text", "lead", "warning")
    made = PointEntry(
        **{name: getattr(entry, name) for name in copied},
        person=holder,
        place=place,
        holder_label=label,
        points=points,
        facts=facts,
        state=PointState.CONFIRMED,
        proposed_by=entry.proposed_by,
        proposed_at=entry.proposed_at,
        decided_by=entry.decided_by,
        decided_at=entry.decided_at,
        share_of=share_of,
        counter_of=counter_of,
    )
    made._history_user = entry.decided_by  # type: ignore[attr-defined]
    made.save()
    audit.record("points.derived", by=entry.decided_by, obj=made, detail={"entry": entry.pk})
    return made


def _tell_holder(entry: PointEntry, by: User) -> None:
    """The person, or the heads of the department; the page says how many and why."""
    text = _("Points of yours were taken back.") if entry.counter_of_id else _("Points were entered on your account.")
    people = [entry.person] if entry.person else _heads(entry)
    notify(people, kind="points", text=text, url=reverse("warnings:points_mine"), sensitive=True, except_for=by)


def _heads(entry: PointEntry) -> list[User]:
    from positions.models import Appointment, Rank

    held = Appointment.objects.in_force().filter(position__department_id=entry.department_id, position__rank=Rank.DEPARTMENT_HEAD)
    return [row.person for row in held.select_related("person")]


def _reach(entry: PointEntry) -> None:
    """Record each threshold this entry crosses, once a cycle; the gravest of them opens the draft of a warning."""
    today = timezone.localdate()
    after = total(entry, today)
    counts = entry.scheme.cycle == Cycle.CALENDAR or year_before(today) < entry.occurred_on <= today
    before = after - entry.points if counts else after
    rules = entry.scheme.rules
    thresholds = list(entry.scheme.thresholds.select_related("level"))
    counted = standing(after, rules).counted
    new = [t for t in crossed(standing(before, rules).counted, counted, thresholds) if not _hit_before(entry, t, today)]
    if not new:
        return
    warning = _warn(entry, new[-1], counted)
    start = date(entry.cycle_year, 1, 1) if entry.scheme.cycle == Cycle.CALENDAR else today
    for threshold in new:
        ThresholdHit.objects.create(
            unit_id=entry.unit_id,
            scheme_id=entry.scheme_id,
            cycle_start=start,
            person_id=entry.person_id,
            department_id=entry.department_id,
            threshold=threshold,
            entry=entry,
            counted=counted,
            warning=warning,
        )


def _hit_before(entry: PointEntry, threshold: PointThreshold, today: date) -> bool:
    """Reached once already in this cycle, also when a counter-entry took the points back in between."""
    calendar = entry.scheme.cycle == Cycle.CALENDAR
    cycle = Q(cycle_start=date(entry.cycle_year, 1, 1)) if calendar else Q(cycle_start__gt=year_before(today))
    hits = ThresholdHit.objects.filter(cycle, unit_id=entry.unit_id, threshold=threshold)
    return hits.filter(person=entry.person, department=entry.department).exists()


def _warn(entry: PointEntry, threshold: PointThreshold, counted: Decimal) -> Warning | None:
    """The draft; None for a colour that is only a reminder, or where nobody could handle it, of which the committee is told."""
    if not threshold.level.tier:
        return None
    recused = LeadRecusal.objects.filter(lead_id=entry.lead_id).select_related("person") if entry.lead_id else []
    words = {"points": in_words(counted), "from": in_words(threshold.points), "level": threshold.level}
    try:
        return draft(
            unit=entry.unit,
            level=threshold.level,
            by=None,
            grounds=grounds(_counting(entry), words),
            person=entry.person,
            department=entry.department,
            recused=[row.person for row in recused],
            basis=_basis(entry),
            source_kind=SourceKind.POINTS,
            source_text=str(_("%(points)s points: “%(level)s” from %(from)s") % words),
        )
    except DomainError:
        subject = permissions.subject_of(entry.unit, entry.holder)
        members = [row.person for row in committees.entitled(entry.body, subject)]
        text = _("A threshold of points was reached, and no warning could be drafted. See the entry.")
        notify(members, kind="points", text=text, url=entry.get_absolute_url(), sensitive=True)
        return None


def _counting(entry: PointEntry) -> list[PointEntry]:
    on = entry.occurred_on if entry.scheme.cycle == Cycle.CALENDAR else timezone.localdate()
    rows = PointEntry.objects.confirmed().filter(unit_id=entry.unit_id, scheme_id=entry.scheme_id, points__gt=0)
    rows = rows.filter(person_id=entry.person_id, department_id=entry.department_id).within(*window(entry.scheme.cycle, on))
    rows = rows.exclude(counters__state=PointState.CONFIRMED).select_related("behaviour")
    return list(rows.order_by("occurred_on", "pk"))


def grounds(rows: list[PointEntry], words: dict[str, object]) -> str:
    """What the points were for, one line each; nothing of where they come from. `words`: points, level, from."""
    lines = [
        _("%(day)s: %(behaviour)s (%(points)s points)")
        % {"day": row.occurred_on.isoformat(), "behaviour": row.behaviour.text, "points": in_words(row.points)}
        for row in rows[-SHOWN_GROUNDS:]
    ]
    return "\n".join([_("The points of the cycle have come to %(points)s and reach “%(level)s” (from %(from)s points).") % words, *lines])


def _basis(entry: PointEntry) -> str:
    return "\n".join(dict.fromkeys(row.basis for row in _counting(entry)))
