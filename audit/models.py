"""Audit events without foreign keys, append-only, chained by the database when their transaction commits (ADR 0003)."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.history import append_only


class Outcome(models.TextChoices):
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


# What is hashed, computed by PostgreSQL both when chaining and when verifying, so that both read the very same text.
CANONICAL = (
    "jsonb_build_array({row}.id, to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), {row}.actor_id, {row}.actor_label, "
    "{row}.action, {row}.outcome, {row}.object_type, {row}.object_id, {row}.object_label, {row}.unit_id, {row}.changes, {row}.reason, "
    "{row}.detail, {row}.address, {row}.request_id)::text"
)

# Deferred to the commit: every other lock is already held then, so writers queue here only for an instant and cannot deadlock.
CHAIN = f"""
    PERFORM pg_advisory_xact_lock(732101);
    SELECT position, hash INTO head FROM audit_auditlink ORDER BY position DESC LIMIT 1;
    INSERT INTO audit_auditlink (position, event_id, hash) VALUES (
        coalesce(head.position, 0) + 1,
        NEW.id,
        encode(sha256(convert_to(coalesce(head.hash, '') || {CANONICAL.format(row="NEW")}, 'UTF8')), 'hex')
    );
    RETURN NULL;
"""  # noqa: S608 -- only our own constant goes in


class AuditEvent(models.Model):
    """Who did (or was refused, or failed at) what to which object, when, from where and why."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(_("person"), max_length=120, blank=True)
    action = models.CharField(_("action"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    unit_id = models.BigIntegerField(null=True)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(_("address"), max_length=60, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("audit event")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_event_object"),
            models.Index(fields=["actor_id", "id"], name="audit_event_actor"),
            models.Index(fields=["action", "id"], name="audit_event_action"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="chain",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("head", "RECORD")],
                func=CHAIN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action}"


class AuditLink(models.Model):
    """One link of the chain: sha256(previous hash + canonical text of the event), positions without gaps from 1."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("link of the audit chain")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position}: {self.hash[:12]}"
