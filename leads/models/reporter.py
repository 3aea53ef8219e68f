"""What hangs on a lead from its reporter: identity apart from the content, receipt, messages both ways, files. ADR 0010.

Nothing here has a foreign key to a reporter, an address, a user agent or a session. `leads.services` writes, nobody else.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.encrypted import EncryptedTextField
from common.history import append_only
from common.models import StoredFile


class LeadIdentity(models.Model):
    """Who reported, of a lead reported under a name; opened only through `leads.services.identity.open_identity`."""

    lead = models.OneToOneField("leads.Lead", on_delete=models.PROTECT, related_name="identity")
    # As leads.services.identity writes it: account, name, contact.
    identity = EncryptedTextField(_("identity"))
    # HMAC of the account's key, so that "my reports" finds its rows without a foreign key; empty for the public.
    owner_tag = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("reporter's identity")

    def __str__(self) -> str:
        return f"identity of lead {self.lead_id}"


class IdentityOpening(models.Model):
    """One look at a reporter's identity; rows are only ever added."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, related_name="identity_openings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    reason = EncryptedTextField(_("reason"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("opening of an identity")
        ordering = ["-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"opening {self.pk} of lead {self.lead_id}"


class LeadReceipt(models.Model):
    """The receipt of a lead reported on the public page. The code itself is shown once and kept nowhere."""

    lead = models.OneToOneField("leads.Lead", on_delete=models.PROTECT, related_name="receipt")
    # scrypt of the code (leads.services.public.receipt_hash): slow, so that a copy of the table opens no receipt.
    code_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("receipt")

    def __str__(self) -> str:
        return f"receipt of lead {self.lead_id}"


class LeadMessage(models.Model):
    """A question or word of the desk to the reporter, or the reporter's answer."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, related_name="messages")
    from_reporter = models.BooleanField(_("from the reporter"))
    text = EncryptedTextField(_("text"), max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        ordering = ["id"]
        constraints = [
            # A reporter's message never names an account; the desk's always does.
            models.CheckConstraint(
                condition=models.Q(from_reporter=True, author=None) | models.Q(from_reporter=False, author__isnull=False),
                name="lead_message_author_is_the_desk",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"message {self.pk} of lead {self.lead_id}"


class LeadAttachment(models.Model):
    """A file of a lead. The stored file is sealed and has a neutral name; true name and type stand here, encrypted."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(LeadMessage, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    from_reporter = models.BooleanField(_("from the reporter"))
    name = EncryptedTextField(_("file name"))
    content_type = EncryptedTextField(_("type"))
    size = models.PositiveIntegerField(_("size in bytes"))
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"attachment {self.pk} of lead {self.lead_id}"
