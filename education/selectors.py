"""The motto that hangs on the start page of everybody in a unit."""

from datetime import date

from django.db.models import Subquery

from accounts.models import User
from education.models import Motto
from positions.models import Appointment


def motto_of(user: User, today: date) -> Motto | None:
    """That of the unit of the person's main post; None for who holds none. One query."""
    posts = Appointment.objects.in_force(today).filter(person=user).order_by("-is_main", "position__order", "pk")
    return (
        Motto.objects.of_day(Subquery(posts.values("position__unit__path")[:1]), today, month=today.month, day=today.day)
        .only("text", "source")
        .first()
    )
