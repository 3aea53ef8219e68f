"""The world of the permission matrix with a second unit that has objects too, signed-in people, and every form that pages offer."""

import sys
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection, models
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

from accounts.models import User
from common.files import store
from positions.models import (
    Appointment,
    Body,
    BodyMembership,
    Catalogue,
    Department,
    DivisionOfWork,
    FlowStep,
    HolderLevel,
    Position,
    PowerItem,
    Rule,
    Unit,
)
from risks.models import Campaign, Declaration, EntryChange, GradingScheme, Measure, RiskEntry, RiskPoint
from tests.factories.organisation import SmallUnit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory, publish, simple_flow
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, default_scheme
from tests.matrix_world import World, build_world, undone
from tests.risks.register_helpers import imported
from tests.security.forms_found import Forms
from tests.security.hostile import Attempt
from tests.test_permission_matrix import LINES, address_of

# Who looks at the pages for their forms: those who write, decide and keep.
READERS = ("own", "department_head", "deputy_in_charge", "unit_head", "leading_group_office", "system_admin", "security_admin")


class Requests(RequestFactory):
    """Django's test client without its copies of every context, and with one handler for all requests: ten times as fast."""

    def __init__(self) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.error: BaseException | None = None
        got_request_exception.connect(self._note)

    def _note(self, **_facts: Any) -> None:
        self.error = sys.exc_info()[1]

    def request(self, **facts: Any) -> HttpResponse:  # type: ignore[override] # it answers, as the client does
        """The answer; what the product did not catch is raised."""
        self.error = None
        response = self.handler(self._base_environ(**facts))
        if self.error:
            raise self.error
        return response


class Stage:
    """Asks as anybody, and undoes what was done."""

    def __init__(self) -> None:
        self.requests = Requests()
        self.world: World = build_world()
        self.foreign = foreign_objects(self.world.elsewhere)
        self.cookies = self.world.sign_in()
        self.check_pending()

    @cached_property
    def forms(self) -> Forms:
        """What every page offers to some of those who may read it."""
        forms = Forms()
        for line in LINES:
            if line.verb == "GET":
                address = address_of(self.world, line)
                readers = [reader for reader in READERS if line.expected[reader] == "ok"]
                for relation in readers if line.object else readers[:2]:
                    with self.undone():
                        response = self.ask(relation, Attempt("GET", address, query=quote(line.data, safe="=&")))
                        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
                            forms.read(response.content, address, relation)
        return forms

    undone = staticmethod(undone)

    def ask(self, relation: str, attempt: Attempt) -> HttpResponse:
        """One request; what the product does not catch is raised here."""
        self.requests.cookies.clear()
        if relation in self.cookies:
            self.requests.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[relation]
        response = self.requests.generic(
            attempt.verb, attempt.address, attempt.body, attempt.content_type, QUERY_STRING=attempt.query, headers=attempt.headers
        )
        if response.streaming:
            list(response.streaming_content)
        return response

    @staticmethod
    def check_pending() -> None:
        """What the database would check at the commit, which never comes here."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def foreign_objects(unit: SmallUnit) -> dict[type[models.Model], set[int]]:
    """A row of everything in the other unit, and the keys of all its rows."""
    place = unit.departments[1]
    appointment = unit.appointments[place.staff[0].pk]
    catalogue = CatalogueFactory(unit=unit.unit)
    item = PowerItemFactory(catalogue=catalogue, position=appointment.position, level=HolderLevel.POSITION)
    simple_flow(item, holder=appointment.position)
    publish(catalogue)
    PowerItemFactory(catalogue=CatalogueFactory(unit=unit.unit, number=2), department=place.department)
    file = store(content=b"%PDF-1.4", name="制度.pdf", by=unit.head)
    RuleFactory(unit=unit.unit, file=file)
    imported(unit, "外单位的风险")
    GradingScheme.objects.create(
        unit=unit.unit, name="外单位矩阵", kind="matrix", scale=default_scheme().scale, rules=default_scheme().rules
    )
    campaign = CampaignFactory(unit=unit.unit)
    form = DeclarationFactory(appointment=appointment, campaign=campaign, signed_at=None)
    EntryFactory(declaration=form, change=EntryChange.NEW, power_item=item)
    own = {"unit": unit.unit}

    def keys(model: type[models.Model], **where: Any) -> set[int]:
        return set(model._base_manager.filter(**where).values_list("pk", flat=True))

    return {
        Unit: {unit.unit.pk},
        User: set(unit.appointments),
        Department: keys(Department, **own),
        Position: keys(Position, **own),
        Appointment: keys(Appointment, position__unit=unit.unit),
        DivisionOfWork: keys(DivisionOfWork, department__unit=unit.unit),
        Body: keys(Body, **own),
        BodyMembership: keys(BodyMembership, body__unit=unit.unit),
        Catalogue: keys(Catalogue, **own),
        PowerItem: keys(PowerItem, **own),
        FlowStep: keys(FlowStep, item__unit=unit.unit),
        Rule: keys(Rule, **own),
        RiskPoint: keys(RiskPoint, **own),
        Measure: keys(Measure, risk__unit=unit.unit),
        GradingScheme: keys(GradingScheme, **own),
        Campaign: keys(Campaign, **own),
        Declaration: keys(Declaration, **own),
        RiskEntry: keys(RiskEntry, **own),
        type(file): {file.pk},
    }
