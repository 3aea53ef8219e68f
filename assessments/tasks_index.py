"""The position risk index at the end of each quarter."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from assessments.services import index
from common.schedule import Daily, Result, scheduled


@scheduled("assessments.follow_index", at=Daily(2, 40), title=gettext_lazy("Position risk index of the quarter"), part="assessments")
def follow_index() -> Result:
    """Every night; makes what is missing for the quarter that has ended. Running twice makes nothing twice."""
    return {"made": index.follow_quarters(today=timezone.localdate())}
