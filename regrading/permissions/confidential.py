"""Who considers what confidential evidence shows (ADR 0020). Who may not see every source of a finding does not find it at all."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from regrading.models import ConfidentialFinding
from regrading.states import ConfidentialState


def may_consider(user: User, finding: ConfidentialFinding) -> Verdict:
    """Put it before the leading group, or set it aside."""
    if not ConfidentialFinding.objects.visible_to(user).filter(pk=finding.pk).exists():
        return no(_("This is for members of the discipline committee who may see every source."))
    if finding.state != ConfidentialState.OPEN:
        return no(_("It has been dealt with already."))
    return YES
