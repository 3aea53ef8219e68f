"""The house rules of docs/developers/patterns.md that a program can check. Lists here are written by hand and are meant to stay short."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from config.celery import app as celery
from scripts import check_files, check_imports

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "accounts",
    "api",
    "assessments",
    "audit",
    "common",
    "config",
    "deadlines",
    "demo",
    "early_warnings",
    "education",
    "jobs",
    "leads",
    "notifications",
    "positions",
    "regrading",
    "reporting",
    "risks",
    "talks",
    "web",
)

# Pages that answer without signing in. Everything else is behind LoginRequiredMiddleware.
OPEN_ROUTES = {
    # By token (api.auth).
    "api_v1:departments",
    "api_v1:measures",
    "api_v1:positions",
    "api_v1:powers",
    "api_v1:results",
    "api_v1:risk",
    "api_v1:risks",
    "api_v1:units",
    "api_v1:warnings",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "assessments:answer",
    "leads:follow_up",
    "leads:public_choose",
    "leads:public_language",
    "leads:public_report",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "set_language",
    "web:healthz",
}
# Models without `visible_to`: parts that are only ever reached through the object they belong to, and what only programs read.
REACHED_THROUGH_PARENT = {
    "accounts.User",  # people are reached through appointments; accounts by the administrators' pages alone
    "assessments.AppraisalCount",
    "assessments.Ballot",
    "assessments.BallotKey",
    "assessments.Grade",
    "assessments.Indicator",
    "assessments.RoundGroup",
    "assessments.RoundPhase",
    "assessments.ScoreItem",
    "assessments.SurveyCode",
    "assessments.SurveyQuestion",
    "assessments.SurveyTally",
    "assessments.Urn",
    "audit.AuditEvent",  # the audit administrator's pages, and timelines of objects one may see
    "audit.AuditLink",
    "common.NumberSeries",
    "common.StoredFile",  # through what it hangs on
    "jobs.ScheduledWork",  # names of our own functions
    "leads.IdentityOpening",
    "leads.LeadAttachment",
    "leads.LeadIdentity",
    "leads.LeadMessage",
    "leads.LeadReceipt",
    "leads.Judgement",
    "leads.LeadDesk",
    "leads.LeadRecusal",
    "leads.LeadSubject",
    "notifications.DeliveryItem",
    "notifications.RobotEvent",
    "positions.FlowLink",
    "positions.FlowStep",
    "reporting.ImportedRow",
    "reporting.MappingMemory",
    "risks.CampaignPhase",
    "risks.EntryComment",
    "risks.EntryMeasure",
    "risks.Examination",
    "risks.ImportedPoints",  # where points lie, asked by services alone
    "risks.Level",
    "risks.LevelScale",
    "risks.Opinion",
    "risks.ReviewStep",
    "risks.Signature",
    "warnings.ControlGroupMember",
    "warnings.LevelMapping",
    "warnings.PointBalance",
    "warnings.PointThreshold",
    "warnings.ThresholdHit",
    "warnings.WarningLevel",
    "talks.TalkAttendee",
}
# The only place that sends tasks, after the commit.
SENDS_TASKS = {"common/later.py"}


def python_files() -> Iterator[Path]:
    for app in APPS:
        yield from sorted(p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def templates() -> list[str]:
    folder = ROOT / "templates"
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))


def own_models() -> list[type[models.Model]]:
    # By folder: the label of early_warnings is another.
    return [
        m
        for config in apps.get_app_configs()
        if config.name in APPS
        for m in config.get_models()
        if not m.__name__.startswith("Historical")
    ]


def test_files_are_short_and_shadow_no_module() -> None:
    assert check_files.faults(check_files.tracked()) == []


def test_imports_go_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_private_modules_stay_private() -> None:
    assert check_imports.faults(grimp.build_graph(*APPS, cache_dir=None)) == []


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_every_model_says_who_sees_it(model: type[models.Model]) -> None:
    says = hasattr(model._default_manager.all(), "visible_to")
    assert says != (model._meta.label in REACHED_THROUGH_PARENT), f"{model._meta.label}: visible_to, or a line in REACHED_THROUGH_PARENT"


def test_tasks_are_sent_from_one_place() -> None:
    senders = {
        path.relative_to(ROOT).as_posix()
        for path in python_files()
        if re.search(r"\.(delay|apply_async|send_task)\(", path.read_text("utf-8"))
    }
    assert senders == SENDS_TASKS


def own_tasks() -> list[Any]:
    celery.loader.import_default_modules()
    return [task for name, task in sorted(celery.tasks.items()) if not name.startswith("celery.")]


def test_tasks_take_ids_by_name_only() -> None:
    assert own_tasks()
    for task in own_tasks():
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{task.name}: {parameter.name} must be keyword-only"
            assert parameter.name.endswith(("_id", "_ids")), f"{task.name}: {parameter.name} is no id"


def test_what_beat_sends_exists() -> None:
    names = {task.name for task in own_tasks()}
    assert {entry["task"] for entry in celery.conf.beat_schedule.values()} <= names


@pytest.mark.parametrize("name", templates())
def test_templates_compile_and_keep_to_the_content_policy(name: str) -> None:
    get_template(name)
    text = (ROOT / "templates" / name).read_text("utf-8")
    for what, pattern in {
        "|safe": r"\|\s*safe\b",
        "autoescape off": r"autoescape\s+off",
        "inline style": r"<style\b|\sstyle\s*=",
        "inline script": r"<script(?![^>]*\ssrc=)",
        "inline handler": r"\son[a-z]+\s*=\s*[\"']",
        "javascript: address": r"javascript:",
        "evaluated attribute": r"\shx-(?:on|vals=[\"']js:)",
        "something from elsewhere": r"(?:src|href)=[\"']https?://",
    }.items():
        assert not re.search(pattern, text), f"{name}: {what}"


def routes(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


def test_only_these_pages_are_open() -> None:
    found = {name for name, view in routes(get_resolver().url_patterns) if not getattr(view, "login_required", True)}
    assert found <= OPEN_ROUTES
    assert "web:healthz" in found
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_no_page_is_exempt_from_csrf_protection() -> None:
    views = dict(routes(get_resolver().url_patterns))
    exempt = {name for name, view in views.items() if getattr(view, "csrf_exempt", False) and not name.startswith("api_v1:")}
    # The interface answers nothing but GET, and no session (tests/api). The others are checked by themselves, after the handler of uploads
    # is in place (leads.views.uploads; tests/leads refuse a post without a token).
    assert exempt == {name for name, view in views.items() if getattr(view, "checks_csrf", False)}
