"""Lists of powers take the same number of queries for any number of rows."""

from positions.models import Catalogue
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory, publish, simple_flow
from tests.query_counts import MANY


def items(catalogue, department):
    def make(count):
        for item in PowerItemFactory.create_batch(count, catalogue=catalogue, department=department):
            simple_flow(item, holder=department)

    return make


def test_the_catalogue_in_force(count_queries):
    world = small_unit()
    versions: list[Catalogue] = []

    def make(count):
        # A published version does not grow: a larger one takes its place.
        catalogue = CatalogueFactory(unit=world.unit, number=len(versions) + 1)
        items(catalogue, world.departments[1].department)(count)
        for former in versions:
            former.state = "superseded"
            former.save()
        versions[:] = [publish(catalogue)]

    count_queries("powers:index", user=world.clerk, make_rows=make)


def test_the_version_being_compiled(count_queries):
    world = small_unit()
    catalogue = CatalogueFactory(unit=world.unit)
    make = items(catalogue, world.departments[1].department)
    count_queries("powers:catalogue", args=[catalogue.pk], user=world.departments[1].head, make_rows=make)


def test_findings(count_queries):
    world = small_unit()
    catalogue = CatalogueFactory(unit=world.unit)
    make = items(catalogue, world.departments[1].department)
    count_queries("powers:findings", user=world.departments[1].head, make_rows=make)
    assert catalogue.items.count() == MANY


def test_rules(count_queries):
    world = small_unit()
    count_queries("powers:rules", user=world.clerk, make_rows=lambda n: RuleFactory.create_batch(n, unit=world.unit))
