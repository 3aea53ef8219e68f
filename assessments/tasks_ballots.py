"""Work of the clock around secret ballots."""

from celery import shared_task
from django.utils.translation import gettext_lazy

from assessments.services import ballots
from common.schedule import Hourly, Result, scheduled


@shared_task(name="assessments.clean_up_now")
def clean_up() -> None:
    """After an appraisal ended: nothing that was sealed can be opened again, nothing dead lies about. Safe to run twice."""
    ballots.clean_up()


@scheduled("assessments.clean_up_ballots", at=Hourly(50), title=gettext_lazy("Ended urns are wiped"), part="assessments")
def sweep() -> Result:
    """The same every hour, should the first have been lost."""
    return {"removed": ballots.clean_up()}
