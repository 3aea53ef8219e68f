"""Several people at once: one decision, one claim; and a form that is out of date never overwrites (quality.md: concurrency).

Review steps and grading have their rounds in tests/risks/test_review_concurrency.py; together they are more than a hundred.
"""

from functools import partial

import pytest

from accounts.models import User
from audit.models import AuditEvent
from jobs import services as jobs
from jobs.models import Job
from risks.models import Measure, RiskPoint
from risks.services import measures, register
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported, level
from tests.risks.test_review_concurrency import at_once
from tests.security.changes import touched, written
from tests.security.forms_found import Found
from tests.security.hostile import Generator
from tests.security.stage import Stage

ROUNDS = 20
REFUSED = {"Conflict", "NotAllowed", "NotPossible"}


@pytest.mark.django_db(transaction=True)
def test_four_workers_one_claim() -> None:
    owner = small_unit().clerk
    for _round in range(ROUNDS):
        job = Job.objects.create(kind="register_export", title="导出登记册", owner=owner)
        claimed: list[object] = []

        def claim(job: Job = job, claimed: list[object] = claimed) -> None:
            claimed.append(jobs.claim(job_id=job.pk))

        assert at_once(*[claim] * 4) == ["done"] * 4
        assert sum(found is not None for found in claimed) == 1
        assert Job.objects.get(pk=job.pk).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_confirmed_or_sent_back_never_both() -> None:
    unit = small_unit()
    holder, head = unit.departments[1].staff[0], unit.departments[1].head
    for n in range(ROUNDS):
        measure = measures.report(
            measure=Measure.objects.get(risk=imported(unit, f"风险{n}")), note="已建立台账并抽查", file=None, by=holder
        )
        who = User.objects.get(pk=head.pk)
        facts = {"measure": measure, "by": who, "version": measure.version}
        yes, no = partial(measures.confirm, **facts), partial(measures.reject, reason="没有台账", **facts)
        results = at_once(yes, no, yes, no)
        assert results.count("done") == 1, results
        assert set(results) <= {"done"} | REFUSED
        told = AuditEvent.objects.filter(
            object_type="risks.measure", object_id=str(measure.pk), action__in=["measure.confirmed", "measure.rejected"]
        )
        assert told.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_four_adjustments() -> None:
    unit = small_unit()
    for n in range(ROUNDS):
        risk = imported(unit, f"风险{n}")
        who = User.objects.get(pk=unit.head.pk)
        change = [
            partial(register.adjust_level, risk=risk, level=level(label), reason="年内两次预警", by=who, version=risk.version)
            for label in ("一级", "二级", "一级")
        ]
        results = at_once(*change, partial(register.retire, risk=risk, by=who, reason="职权取消", version=risk.version))
        assert results.count("done") == 1, results
        assert set(results) <= {"done"} | REFUSED
        assert RiskPoint.objects.get(pk=risk.pk).version == risk.version + 1


# ---- forms that are out of date

# Every edit form; written by hand, so that one that loses its version is missed.
VERSIONED = {
    "accounts:edit",
    "api:approve",
    "api:revoke",
    "deadlines:kind",
    "deadlines:reset",
    "education:motto",
    "education:motto_switch",
    "notifications:preferences",
    "organisation:department_edit",
    "organisation:position_edit",
    "organisation:unit_edit",
    "powers:agree",
    "powers:edit",
    "powers:flow",
    "powers:hand-in",
    "powers:rule-edit",
    "powers:rule-enact",
    "regrading:rule_set_drop",
    "regrading:rule_set_edit",
    "regrading:rule_set_switch_on",
    "reporting:annual_approve",
    "reporting:annual_return",
    "reporting:file_withdraw",
    "reporting:import_confirm",
    "reporting:import_discard",
    "reporting:import_mapping",
    "reporting:import_remap",
    "reporting:import_undo",
    "reporting:list_confirm",
    "reporting:list_discard",
    "reporting:list_mapping",
    "reporting:list_remap",
    "reporting:list_undo",
    "reporting:paper_use",
    "reporting:paper_withdraw",
    "risks:campaign_close",
    "risks:campaign_edit",
    "risks:campaign_start",
    "risks:entry",
    "risks:entry_rule",
    "risks:form_commitment",
    "risks:form_duties",
    "risks:form_risks",
    "risks:grading_decide",
    "risks:grading_reject",
    "risks:measure_drop",
    "risks:measure_edit",
    "risks:measure_report",
    "risks:review_decide",
    "risks:risk_level",
    "risks:risk_retire",
    "risks:risk_share",
    "risks:risk_target",
    "risks:scheme_edit",
    "talks:cancel",
    "talks:change",
    "talks:confirm",
    "talks:invite",
    "talks:record",
    "talks:reply",
    "talks:unsigned",
    "warnings:acknowledge",
    "warnings:decide",
    "warnings:measure",
    "warnings:plan",
    "warnings:point_confirm",
    "warnings:point_reject",
    "warnings:report",
    "web:robot",
}
# They begin something new; the version on their page is not of what they write.
NEW = {"risks:measure_add", "risks:scheme_new"}
# What must be filled in before the version is looked at.
FILL = {
    "regrading:rule_set_switch_on": {"reason": "新要求"},
    "powers:rule-enact": {"number": "1", "since": "2026-01-01"},
    "reporting:annual_return": {"reason": "补充数据"},
    "risks:review_decide": {"decision": "agreed"},
    "talks:cancel": {"reason": "改期"},
    "talks:change": {"reason": "工作提醒", "place": "谈话室"},
    "talks:record": {"content": "指出问题，提出要求。", "place": "谈话室", "held_at": "2026-01-05T09:00"},
    "talks:reply": {"text": "情况说明如下。"},
    "talks:unsigned": {"reason": "本人拒绝签字"},
    "warnings:decide": {"decision": "approve"},
    "warnings:measure": {"done": "yes", "note": "已落实"},
    "warnings:plan": {"causes": "提醒不够", "measures-0-text": "建立提醒", "measures-0-due_on": "2099-01-01"},
    "warnings:report": {"causes": "提醒不够", "results": "已落实"},
    "risks:risk_level": {"reason": "年内两次预警"},
}


def test_the_list_is_complete(stage: Stage) -> None:
    found = {route for (route, verb), forms in stage.forms.by_route.items() if verb == "POST" and any("version" in f.names for f in forms)}
    assert found - NEW == VERSIONED


@pytest.mark.parametrize("route", sorted(VERSIONED))
def test_a_stale_form_is_a_conflict(stage: Stage, route: str) -> None:
    forms = [form for form in stage.forms.of(route, "POST") if "version" in form.names]
    assert forms
    answers = [_stale(stage, form, FILL.get(route, {})) for form in forms]
    assert all(answer in (403, 409, 422) for answer in answers), answers
    assert 409 in answers, answers


def _stale(stage: Stage, form: Found, fill: dict[str, str]) -> int:
    """The answer to a form opened one version ago; nothing but the trail may be written."""
    values = dict(form.options)
    fill = fill | ({"level": values["level"][-1]} if "level" in values else {})
    pairs = [(n, str(int(v) + 1) if n == "version" else v) for n, v in form.pairs if n not in fill] + list(fill.items())
    counts = touched()
    with stage.undone():
        answer = stage.ask(form.relation, Generator("", [])._send("POST", form, pairs))
        assert written(counts) <= {"audit_auditevent"}, form
    return answer.status_code
