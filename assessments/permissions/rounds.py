"""Who sets up and runs a round (domain §6): members of the unit's discipline committee, and nobody what concerns themselves."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Assessed, Round
from assessments.states import RoundState
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of

NOT_YOURS = _("The discipline committee of the unit sets up and runs its assessment.")


def may_manage(user: User, unit_id: int | None) -> Verdict:
    """Open rounds of a unit and run them."""
    return YES if unit_id is not None and scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id) else no(NOT_YOURS)


def may_set_up(user: User, found: Round) -> Verdict:
    """Change people, groups and raters: until the appraisal opens, never afterwards."""
    verdict = may_manage(user, found.unit_id)
    if verdict and found.state != RoundState.SETTING_UP:
        return no(_("People and raters are fixed since the appraisal was opened."))
    return verdict


def may_choose_raters(user: User, assessed: Assessed) -> Verdict:
    """Change by hand who is asked about somebody: never about oneself."""
    if assessed.person_id == user.pk:
        return no(_("You are assessed yourself here: another member of the committee looks after your entry."))
    return may_set_up(user, assessed.round)


def may_see_raters(user: User, assessed: Assessed) -> Verdict:
    """See who is asked about somebody: the discipline committee, but nobody who is asked about themselves."""
    if assessed.person_id == user.pk:
        return no(_("Nobody learns who is asked about themselves."))
    return may_manage(user, assessed.round.unit_id)


def may_plan(user: User, found: Round) -> Verdict:
    """Change the days of phases that are not over."""
    verdict = may_manage(user, found.unit_id)
    if verdict and found.state in (RoundState.FINAL, RoundState.CANCELLED):
        return no(_("The round is over."))
    return verdict
