"""The content of an integrity file, read anew at each look: a fixed number of queries. Leads are never read (ADR 0024)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessments.eligibility import Barred
from assessments.models import Restriction, Result
from assessments.protections import Remedy
from assessments.states import RoundState
from early_warnings.models import Disposition, Effect, ErrorKind, PointEntry, Warning, WarningRecusal
from early_warnings.points import in_words
from early_warnings.states import WarningState
from positions.models import Appointment, BodyMembership
from reporting.integrity.effects import Standing, of_remedy, of_warning
from reporting.integrity.entries import Entry, IntegrityFile, Section, Signed
from reporting.integrity.models import FileSignature
from risks.models import Declaration, EntryChange
from risks.states import FormState


def file_of(*, person: User, reader: User, post: Appointment, signs: bool) -> IntegrityFile:
    """The file as `reader` may read it today. That they may read it at all is for the caller to decide.

    Warnings of whose handling the reader was recused, and what follows from them, are left out.
    """
    recused = set() if reader.pk == person.pk else _recused(reader)
    warnings, standings = _warnings(person, recused)
    left_out = recused | {pk for pk, standing in standings.items() if standing == Standing.LEFT_OUT}
    sections = (
        Section("posts", _("Posts held"), _posts(person), _("No post has been entered.")),
        Section("forms", _("Declarations of integrity risks"), _declarations(person), _("No form has been handed in.")),
        Section("commitments", _("Commitments"), _commitments(person), _("No commitment has been signed.")),
        Section("grades", _("Quarterly integrity assessments"), _grades(person), _("No assessment has become final.")),
        Section("points", _("Integrity points"), _points(person, left_out, standings), _("No points have been entered.")),
        Section("warnings", _("Warnings"), warnings, _("No warning stands in the file.")),
        Section(
            "dispositions",
            pgettext("integrity file", "Dispositions"),
            _dispositions(person, left_out),
            _("No disposition stands in the file."),
        ),
    )
    place = post.position.department or post.position.unit
    return IntegrityFile(
        name=person.name,
        staff_number=person.staff_number,
        unit=post.position.unit.name,
        unit_id=post.position.unit_id,
        post=f"{place} {post.position.name}" if place != post.position.unit else post.position.name,
        on=timezone.localdate(),
        sections=_with_signatures(person, sections) if signs else sections,
        signs=signs,
    )


def _recused(reader: User) -> set[int]:
    return set(WarningRecusal.objects.filter(person=reader).values_list("warning_id", flat=True))


def _with_signatures(person: User, sections: Iterable[Section]) -> tuple[Section, ...]:
    rows = FileSignature.objects.filter(person=person).values_list("entry", "digest", "at", "remark")
    known = {(entry, digest): Signed(at, remark) for entry, digest, at, remark in rows}

    def signed(entry: Entry) -> Entry:
        return replace(entry, signed=known.get((entry.key, entry.digest))) if entry.to_sign else entry

    return tuple(replace(section, entries=tuple(signed(entry) for entry in section.entries)) for section in sections)


def _posts(person: User) -> tuple[Entry, ...]:
    found = []
    held = Appointment.objects.filter(person=person).select_related("position__unit", "position__department")
    for row in held.order_by("starts_on", "pk"):
        place = f"{row.position.unit} {row.position.department or ''}".strip()
        about = [_span(row.starts_on, row.ends_on), row.document, "" if row.is_main else _("side post")]
        found.append(Entry(f"post:{row.pk}", row.starts_on, f"{place} {row.position.name}", _listed(about)))
    seats = BodyMembership.objects.filter(person=person).select_related("body__unit").order_by("starts_on", "pk")
    for seat in seats:
        title = f"{seat.body} {seat.get_role_display()}"
        found.append(Entry(f"seat:{seat.pk}", seat.starts_on, title, _span(seat.starts_on, seat.ends_on)))
    return tuple(sorted(found, key=lambda entry: entry.on or date.min))


def _declarations(person: User) -> tuple[Entry, ...]:
    """Forms handed in, with how many risks they name; what is still a draft is nobody's business."""
    real = Q(entries__is_rejected=False) & ~Q(entries__change=EntryChange.RETIRE)
    rows = (
        Declaration.objects.filter(declarant=person, submitted_at__isnull=False)
        .exclude(state__in=[FormState.DRAFT, FormState.CANCELLED])
        .select_related("campaign", "position", "department", "unit")
        .annotate(named=Count("entries", filter=real))
    )
    found = []
    for row in rows.order_by("submitted_at", "pk"):
        number = _("%(n)d risk points declared") % {"n": row.named} if row.named else _("examined, none found")
        about = [_year(row), number, row.get_state_display()]
        found.append(Entry(f"form:{row.pk}", _day(row.submitted_at), _form_title(row), _listed(about)))
    return tuple(found)


def _commitments(person: User) -> tuple[Entry, ...]:
    rows = Declaration.objects.filter(declarant=person, signed_at__isnull=False).exclude(state__in=[FormState.DRAFT, FormState.CANCELLED])
    rows = rows.exclude(commitment="").select_related("campaign", "position", "department", "unit").order_by("signed_at", "pk")
    return tuple(Entry(f"commitment:{row.pk}", _day(row.signed_at), _form_title(row), row.commitment) for row in rows)


def _form_title(row: Declaration) -> str:
    return f"{row.get_kind_display()} · {row.position or row.department or row.unit}"


def _year(row: Declaration) -> str:
    return _("finding of %(year)d") % {"year": row.campaign.year} if row.campaign else _("dynamic adjustment")


def _grades(person: User) -> tuple[Entry, ...]:
    """Results of final rounds that count, with what they keep the person from. Until a round is final, its grade may still change."""
    results = Result.objects.counting().filter(assessed__person=person, assessed__round__state=RoundState.FINAL)
    restrictions: dict[int, list[Restriction]] = defaultdict(list)
    for row in Restriction.objects.filter(person=person).order_by("effective_on", "pk"):
        restrictions[row.result_id].append(row)
    found = []
    for result in results.select_related("assessed__round__unit").order_by("assessed__round__year", "assessed__round__quarter"):
        quarter = result.assessed.round
        kept = restrictions.get(result.pk, [])
        text = _listed([_("%(score)s points") % {"score": result.score}, *(_restricted(row) for row in kept)])
        facts = (str(result.score), result.grade_label, *((row.kind, row.ends_on, row.lifted_on) for row in kept))
        title = _("Quarter %(quarter)d of %(year)d: %(grade)s") % {
            "quarter": quarter.quarter,
            "year": quarter.year,
            "grade": result.grade_label,
        }
        found.append(Entry(f"grade:{result.pk}", _day(quarter.final_at), title, text, to_sign=True, facts=facts))
    return tuple(found)


def _restricted(row: Restriction) -> str:
    if row.kind == Barred.AWARD:
        text = _("no award or honour in %(year)d") % {"year": row.starts_on.year}
    else:
        text = _("kept from %(what)s until %(day)s") % {"what": row.get_kind_display(), "day": row.ends_on.isoformat()}
    return text + (_(" (lifted on %(day)s)") % {"day": row.lifted_on.isoformat()} if row.lifted_on else "")


def _points(person: User, left_out: set[int], standings: dict[int, Standing]) -> tuple[Entry, ...]:
    """Confirmed entries; not those that were taken back, for they never were, nor where they come from, which may be a lead."""
    rows = list(PointEntry.objects.confirmed().filter(person=person).select_related("behaviour").order_by("occurred_on", "pk"))
    taken_back = {row.counter_of_id for row in rows if row.counter_of_id}
    found = []
    for row in rows:
        if row.counter_of_id or row.pk in taken_back or row.warning_id in left_out:
            continue
        amount = in_words(row.points)
        shared = _("share of the responsible leader") if row.share_of_id else ""
        text = _listed([_("%(points)s points") % {"points": amount}, row.basis, shared])
        mark = _mark(standings.get(row.warning_id or 0, Standing.ENTERED))
        facts = (amount, row.occurred_on, row.behaviour.text, row.basis, mark != "")
        found.append(Entry(f"points:{row.pk}", row.occurred_on, row.behaviour.text, text, mark, to_sign=True, facts=facts))
    return tuple(found)


def _warnings(person: User, recused: set[int]) -> tuple[tuple[Entry, ...], dict[int, Standing]]:
    """Issued and not withdrawn, each as 001 lets it stand; the standing of each by primary key."""
    rows = Warning.objects.filter(person=person, issued_at__isnull=False).exclude(state=WarningState.WITHDRAWN).exclude(pk__in=recused)
    remedies: dict[int, list[Remedy]] = defaultdict(list)
    acts = Disposition.objects.live().filter(warning__person=person, person=person).order_by("pk")
    for warning_id, worked, effect in acts.values_list("warning_id", "worked", "effect"):
        remedies[warning_id].append(Remedy(bool(worked), effect))
    found, standings = [], {}
    for row in rows.select_related("level").order_by("issued_at", "pk"):
        standing = of_warning(is_mistake=row.error_kind == ErrorKind.MISTAKE, remedies=remedies.get(row.pk, ()))
        standings[row.pk] = standing
        if standing == Standing.LEFT_OUT:
            continue
        title = f"{row.level.label} · {row.number}"
        text = "\n".join(part for part in (row.grounds, _ended(row)) if part)
        facts = (row.number, row.tier, row.grounds, row.state, standing)
        found.append(Entry(f"warning:{row.pk}", _day(row.issued_at), title, text, _mark(standing), to_sign=True, facts=facts))
    return tuple(found), standings


def _ended(row: Warning) -> str:
    if row.state == WarningState.CLOSED:
        return _("Rectified and closed on %(day)s") % {"day": timezone.localdate(row.closed_at).isoformat()}
    if row.state == WarningState.ESCALATED:
        return _("Raised to the next tier")
    return _("Not closed yet")


def _dispositions(person: User, left_out: set[int]) -> tuple[Entry, ...]:
    """Those about the person that stand: not cancelled, and not of those that are not entered once they worked."""
    rows = Disposition.objects.live().filter(person=person, warning__issued_at__isnull=False)
    rows = rows.exclude(warning__state=WarningState.WITHDRAWN).exclude(warning_id__in=left_out)
    found = []
    for row in rows.select_related("kind", "warning").order_by("ordered_on", "pk"):
        if of_remedy(Remedy(bool(row.worked), row.effect)) == Standing.LEFT_OUT:
            continue
        as_leader = _("as the leader who answers") if row.warning.person_id != person.pk else ""
        text = _listed([row.warning.number, as_leader, _carried_out(row)])
        mark = str(Effect(row.effect).label) if row.worked and row.effect != Effect.NONE else ""
        facts = (row.kind.name, row.ordered_on, row.carried_out_on, row.worked, row.effect)
        found.append(Entry(f"disposition:{row.pk}", row.ordered_on, row.kind.name, text, mark, to_sign=True, facts=facts))
    return tuple(found)


def _carried_out(row: Disposition) -> str:
    if row.carried_out_on is None:
        return _("not carried out yet")
    if row.worked is None:
        return _("carried out on %(day)s") % {"day": row.carried_out_on.isoformat()}
    text = _("carried out on %(day)s, it worked") if row.worked else _("carried out on %(day)s, it did not work")
    return text % {"day": row.carried_out_on.isoformat()}


def _mark(standing: Standing) -> str:
    if standing == Standing.MISTAKE:
        return _("A mistake in trying something new, without personal gain: not held against the person")
    if standing == Standing.PROTECTED:
        return _("The dispositions worked: does not affect appointment")
    return ""


def _span(start: date, end: date | None) -> str:
    if end is None:
        return _("since %(start)s") % {"start": start.isoformat()}
    return _("%(start)s to %(end)s") % {"start": start.isoformat(), "end": end.isoformat()}


def _listed(parts: Iterable[str]) -> str:
    return _("; ").join(part for part in parts if part)


def _day(moment: Any) -> date | None:
    return timezone.localdate(moment) if moment else None
