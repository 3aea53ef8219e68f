"""Every write of notices, preferences, deliveries and robots."""

from notifications.services.telling import Message, mark_read, notify, notify_many

__all__ = ["Message", "mark_read", "notify", "notify_many"]
