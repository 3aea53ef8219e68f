"""E-mail: several deliveries over one connection, each with a Message-ID that stays the same however often it is sent."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications import wording
from notifications.failures import NotSent
from notifications.models import Delivery

_FOR_GOOD = 500  # answers from here on will not change by themselves


def compose(delivery: Delivery) -> EmailMessage:
    """The e-mail as it is to leave now. Raises NotSent when there is nobody to write to."""
    person = delivery.person
    if person is None or not person.is_active or not person.email:
        raise NotSent("no_address", for_good=True)
    notices = [item.notice for item in delivery.items.all()]
    subject, body = wording.digest(notices) if delivery.digest_on else wording.single(notices[0])
    headers = {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email], headers=headers)


def message_id(delivery: Delivery) -> str:
    """By which whoever receives the same e-mail twice can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{delivery.mark.hex}.notice@{domain}>"


@contextmanager
def connected() -> Iterator[BaseEmailBackend]:
    """One connection for all messages of a batch. Raises NotSent when the server is not there."""
    with _telling():
        connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
        connection.open()
    try:
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):  # what was taken is taken
            connection.close()


def send(delivery: Delivery, connection: BaseEmailBackend) -> None:
    """Raises NotSent."""
    message = compose(delivery)
    with _telling():
        connection.send_messages([message])


@contextmanager
def _telling() -> Iterator[None]:
    """Failures of the mail server without its words, which may repeat what was sent."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()), (0, b""))[0]
        raise NotSent(f"recipient:{code}", for_good=code >= _FOR_GOOD) from None
    except smtplib.SMTPSenderRefused as error:
        raise NotSent(f"sender:{error.smtp_code}", channel_down=True) from None
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"sign_in:{error.smtp_code}", channel_down=True) from None
    except smtplib.SMTPDataError as error:
        raise NotSent(f"refused:{error.smtp_code}") from None
    except (smtplib.SMTPException, OSError):
        raise NotSent("unreachable", channel_down=True) from None
