"""Reports by staff under their name. Anonymous ones go through the public page, where nobody is signed in."""

from collections.abc import Iterable
from typing import IO

from django.db import transaction

from accounts.models import User
from leads.models import Lead
from leads.permissions.leads import may_enter
from leads.services import attachments
from leads.services.identity import keep_identity
from leads.services.receiving import LeadFacts, receive


def report(*, facts: LeadFacts, reporter: User, files: Iterable[IO[bytes]] = ()) -> Lead:
    """Take a named report in: the content goes to the desk, the identity apart and sealed. Raises DomainError, FileNotAccepted."""
    accepted = attachments.check(files)
    with transaction.atomic():
        lead = receive(facts=facts, reporter=reporter)
        keep_identity(lead=lead, user=reporter)
        attachments.attach(lead=lead, files=accepted, from_reporter=True)
    return lead


def enter(*, facts: LeadFacts, by: User, files: Iterable[IO[bytes]] = ()) -> Lead:
    """Enter what came by a channel of the committee's own. Raises NotAllowed, DomainError, FileNotAccepted."""
    may_enter(by, facts.unit.pk).require()
    accepted = attachments.check(files)
    with transaction.atomic():
        lead = receive(facts=facts, by=by)
        attachments.attach(lead=lead, files=accepted, from_reporter=False)
    return lead
