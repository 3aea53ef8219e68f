"""Kinds of talks (domain §5, §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TalkKind(models.TextChoices):
    INTEGRITY = "integrity_talk", _("integrity talk")
    ADMONITION = "admonition", _("admonition talk")
    INQUIRY = "inquiry", _("written inquiry")
    COLLECTIVE = "collective", _("collective talk")
    COUNSELLING = "counselling", _("counselling talk")
