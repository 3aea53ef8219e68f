"""`{% history_of object as events %}`: an object's timeline, for pages of apps below this one."""

from django import template
from django.db import models

from audit.selectors import TimelineEvent, timeline

register = template.Library()


@register.simple_tag
def history_of(*objects: models.Model) -> list[TimelineEvent]:
    """What happened to the objects, newest first; the page has checked that the reader may see them."""
    return timeline(*objects)
