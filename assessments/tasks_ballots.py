"""Work of the clock around secret ballots."""

from celery import shared_task

from assessments.services import ballots


@shared_task(name="assessments.clean_up_ballots")
def clean_up() -> None:
    """After an appraisal ended, and swept every hour: nothing that was sealed can be opened again, nothing dead lies about."""
    ballots.clean_up()
