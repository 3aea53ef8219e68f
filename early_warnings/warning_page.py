"""What the page of a warning shows to whom: possible next steps, what is missing, and the parts of the case (ADR 0011)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import TimelineEvent, timeline
from common.verdicts import Verdict, no
from early_warnings.ladder import Place
from early_warnings.models import (
    ApprovalVote,
    ControlGroup,
    ControlMeeting,
    Disposition,
    Escalation,
    MonitoringEntry,
    RectificationReport,
    Statement,
    Warning,
    WarningLead,
    WarningReport,
)
from early_warnings.permissions import parts as part_permissions
from early_warnings.permissions import warnings as permissions
from early_warnings.requirements import Requirement
from early_warnings.services.facts import check_list, still_missing
from early_warnings.states import WARNING_TABLE
from leads.secrecy import standing_of
from talks.models import Talk

# What who is warned, or answers for it, reads of its history: from the issue on, and nothing of votes, log and recusals.
OUTSIDE = (
    "warning.issued",
    "warning.acknowledged",
    "warning.planned",
    "warning.reported",
    "warning.verified",
    "warning.re_rectified",
    "warning.escalated",
    "warning.closed",
    "warning.withdrawn",
)
Action = dict[str, Any]


def for_page(user: User) -> QuerySet[Warning]:
    """The warnings the person may see, with what the page shows of them."""
    related = ("unit", "level__scheme", "person", "department", "responsible", "discipline_body", "party_body", "started_by", "previous")
    return Warning.objects.visible_to(user).select_related(
        *related, "issued_by", "acknowledged_by", "verified_by", "closed_by", "submitted_by"
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the table with its page or button; `page` opens a form, without it the button asks once and acts."""

    name: str
    label: Any
    may: Callable[[User, Warning], Verdict]
    page: bool = True
    danger: bool = False
    confirm: Any = ""


def _steps() -> tuple[Step, ...]:
    may = permissions
    return (
        Step("edit", _("Change"), may.may_edit),
        Step(
            "submit",
            _("Submit to the party committee"),
            may.may_submit,
            page=False,
            confirm=_("The members of the party committee who may decide are told. Until they decide nothing can be changed."),
        ),
        Step("decide", _("Decide"), may.may_decide),
        Step(
            "issue",
            _("Issue the warning"),
            may.may_issue,
            page=False,
            confirm=_(
                "The warning gets its document number. Who is warned and who is responsible are told at once and see it from now on."
            ),
        ),
        Step(
            "acknowledge",
            _("Confirm receipt"),
            may.may_acknowledge,
            page=False,
            confirm=_("You confirm that you have received and read the warning. The time limit for causes and measures begins to run."),
        ),
        Step("plan", _("Set causes and measures"), may.may_plan),
        Step("report", _("Report the rectification"), may.may_report),
        Step("verify", _("Verify the rectification"), may.may_verify),
        Step(
            "close",
            _("Close the warning"),
            _may_close_now,
            page=False,
            confirm=_("Everything the tier asks for is there. The warning ends; who was warned and who was responsible are told."),
        ),
        Step("re_rectify", _("Send back to be rectified again"), may.may_re_rectify),
        Step("escalate", _("Raise to the next tier"), may.may_escalate, danger=True),
        Step("withdraw", _("Withdraw"), may.may_withdraw, danger=True),
    )


def _may_close_now(user: User, warning: Warning) -> Verdict:
    """The button says what is missing; the service refuses for the same reason."""
    verdict = permissions.may_close(user, warning)
    if verdict and (lacking := still_missing(warning)):
        return no(_("Still missing: %(missing)s") % {"missing": " ".join(str(one.text) for one in lacking)})
    return verdict


# The one the page is about, where several are possible.
_PRIMARY = ("submit", "decide", "issue", "acknowledge", "plan", "report", "verify", "close")


def steps(user: User, warning: Warning) -> list[Action]:
    """The next possible steps. One that stands next but is another's to take is shown with the reason to those who handle the case."""
    found = []
    primary = True
    for step in _steps():
        verdict = step.may(user, warning)
        if not verdict and not _looked_for(user, warning, step):
            continue
        action: Action = {
            "label": step.label,
            "url": reverse(f"warnings:{step.name}", args=[warning.pk]),
            "allowed": verdict.allowed,
            "reason": verdict.reason,
            "danger": step.danger,
            "primary": primary and verdict.allowed and step.name in _PRIMARY,
        }
        primary = primary and not action["primary"]
        button: Action = {"fields": {"version": warning.version}, "confirm": step.confirm}
        action |= {"method": "get"} if step.page else button
        found.append(action)
    return found


def _looked_for(user: User, warning: Warning, step: Step) -> bool:
    """Deciding and closing are kept from some members of the committees (four eyes): they are told why."""
    if step.name not in ("decide", "close", "verify"):
        return False
    name = "approve" if step.name == "decide" else step.name
    if warning.state not in WARNING_TABLE.get(name).sources:
        return False
    body = warning.party_body_id if step.name == "decide" else warning.discipline_body_id
    return body in standing_of(user).body_ids


def needs_of(user: User, warning: Warning, case: "Case") -> list[Requirement]:
    """The check list of what has to be there before it is closed: for who handles the warning or answers for it, from the issue on."""
    if not warning.issued_at or not (case.is_inside or permissions.answers_for(user, warning)):
        return []
    return check_list(warning)


@dataclass(frozen=True, slots=True)
class Case:
    """The parts of a warning that this person may read."""

    votes: list[ApprovalVote]
    statements: list[Statement]
    reports: list[RectificationReport]
    dispositions: list[tuple[Disposition, list[Action]]]
    talks: list[Talk]
    meetings: list[ControlMeeting]
    monitoring: list[MonitoringEntry]
    committee_reports: list[WarningReport]
    leads: list[WarningLead]
    escalations: list[tuple[Any, Escalation]]
    group: Any
    events: list[TimelineEvent]
    is_inside: bool


def case_of(user: User, warning: Warning) -> Case:
    """Each part read through its own `visible_to`."""

    def of(model: Any, *related: str) -> QuerySet[Any]:
        return model.objects.visible_to(user).filter(warning=warning).select_related(*related)

    is_inside = Warning.objects.handled_by(user).filter(pk=warning.pk).exists()
    talks = Talk.objects.visible_to(user).filter(warning_link__warning=warning).select_related("talker", "person").order_by("pk")
    group = ControlGroup.objects.visible_to(user).filter(warning=warning).select_related("head").prefetch_related("members__person").first()
    told = is_inside or permissions.answers_for(user, warning)
    escalations = of(Escalation, "to").order_by("pk") if told else Escalation.objects.none()
    dispositions = of(Disposition, "kind", "person", "department", "ordered_by", "carried_out_by", "file", "talk")
    return Case(
        votes=list(of(ApprovalVote, "member").order_by("round", "at")),
        statements=list(of(Statement, "by", "answered_by", "file").order_by("at")),
        reports=list(
            of(RectificationReport, "submitted_by", "verified_by", "file").prefetch_related("measures__proof", "rules").order_by("-round")
        ),
        dispositions=[(row, list(_disposition_steps(user, row, warning))) for row in dispositions.order_by("pk")],
        talks=list(talks),
        meetings=list(of(ControlMeeting, "recorder").prefetch_related("attendees").order_by("held_at")),
        monitoring=list(of(MonitoringEntry, "by").order_by("-pk")),
        committee_reports=list(of(WarningReport, "by", "file").order_by("pk")),
        leads=list(of(WarningLead, "lead")),
        escalations=[(Place(row.place).label, row) for row in escalations],
        group=group,
        events=timeline(warning, actions=None if is_inside else OUTSIDE),
        is_inside=is_inside,
    )


def _disposition_steps(user: User, disposition: Disposition, warning: Warning) -> Iterator[Action]:
    disposition.warning = warning
    fields: Action = {"fields": {"version": disposition.version}}
    may = part_permissions
    if may.may_carry_out(user, disposition):
        yield {"label": _("Record as carried out"), "url": _part("disposition_done", disposition), "allowed": True, "method": "get"}
    if disposition.worked is None and may.may_judge(user, disposition):
        yield {"label": _("Say whether it worked"), "url": _part("disposition_judge", disposition), "allowed": True, "method": "get"}
    if may.may_cancel(user, disposition):
        text = _("The disposition will not be carried out.")
        yield {
            "label": _("Cancel"),
            "url": _part("disposition_cancel", disposition),
            "allowed": True,
            "confirm": text,
            "ask_reason": True,
            **fields,
        }


def _part(name: str, obj: Any) -> str:
    return reverse(f"warnings:{name}", args=[obj.pk])


def part_steps(user: User, warning: Warning) -> dict[str, str]:
    """Pages by which the person adds a part, by the part's name; absent where the person may not."""
    may: dict[str, Callable[[User, Warning], Verdict]] = {
        "statement": permissions.may_state_case,
        "disposition": part_permissions.may_order,
        "talk": part_permissions.may_plan_talk,
        "group": part_permissions.may_form_group,
        "meeting": part_permissions.may_record_meeting,
        "monitoring": part_permissions.may_monitor,
        "committee_report": part_permissions.may_report_to_committee,
        "recuse": permissions.may_recuse,
    }
    return {name: reverse(f"warnings:{name}", args=[warning.pk]) for name, verdict in may.items() if verdict(user, warning)}
