"""Secret ballots (ADR 0014): sealed while the appraisal is open, stored anew without any trace afterwards.

None of these tables has a time, a version, a history, or a way from a ballot to who gave it, and none of their writes is audited.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.round import Assessed, Round
from common.history import append_only


class BallotKey(models.Model):
    """Where the key of a round's urns lies (`assessments.ballot_keys`): the name of a file, never the key. Gone once it is destroyed."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.PROTECT, related_name="ballot_key")
    name = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("key of the urns")

    def __str__(self) -> str:
        return self.name


class Urn(models.Model):
    """All ballots about one person as one sealed value, as long empty as full. Exists while the appraisal is open."""

    assessed = models.OneToOneField(Assessed, primary_key=True, on_delete=models.PROTECT, related_name="urn")
    sealed = models.BinaryField()
    # Who answered, sealed again by themselves (assessments.urns); of urns made before there were any, `sealed` alone tells.
    marks = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("urn")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}"


class Ballot(models.Model):
    """One ballot of a closed appraisal. The key says nothing, and all of a round are inserted in one transaction in random order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessed = models.ForeignKey(Assessed, on_delete=models.PROTECT, related_name="ballots")
    pool = models.CharField(max_length=32)  # levels counted together: “first”, “second+third”
    answers = models.JSONField()  # {key of the indicator: answer}

    class Meta:
        verbose_name = _("ballot")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}"


class AppraisalCount(models.Model):
    """How many were asked about somebody and how many answered, kept when the appraisal closes.

    Not `counted`: there were fewer ballots than the round asks for; what they said was destroyed unread.
    """

    assessed = models.OneToOneField(Assessed, primary_key=True, on_delete=models.PROTECT, related_name="appraisal_count")
    invited = models.PositiveIntegerField()
    given = models.PositiveIntegerField()
    counted = models.BooleanField()

    class Meta:
        verbose_name = _("turnout of an appraisal")
        constraints = [models.CheckConstraint(condition=Q(given__lte=F("invited")), name="assessments_count_at_most_invited")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.given} / {self.invited}"
