"""The register follows the power catalogue: same lineage, same step."""

import pytest

from audit.models import AuditEvent
from positions.models import Catalogue, FlowStep, PowerItem
from risks.models import Examination, RiskPoint
from risks.services.following import follow_catalogue
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import entry, form, imported


@pytest.fixture
def unit(db):
    return small_unit()


def version(unit, number: int, lineage=None, keys=()) -> tuple[PowerItem, list[FlowStep]]:
    """A version with one item; compiled, its state does not matter here."""
    Catalogue.objects.filter(unit=unit.unit).update(state="legal_review")
    Catalogue.objects.filter(unit=unit.unit).update(state="approved")
    Catalogue.objects.filter(unit=unit.unit).update(state="published", published_by=unit.head, published_at="2026-01-01T00:00Z")
    Catalogue.objects.filter(unit=unit.unit).update(state="superseded")
    catalogue = Catalogue.objects.create(unit=unit.unit, number=number, title=f"职权目录第{number}版")
    category = "approval" if number == 1 else "enforcement"
    fields = {"lineage": lineage} if lineage else {}
    item = PowerItem.objects.create(
        catalogue=catalogue,
        unit=unit.unit,
        number="XK-01",
        name=f"许可{number}",
        category=category,
        level="unit",
        major_matter="",
        **fields,
    )
    steps = [FlowStep.objects.create(item=item, order=n, name=f"环节{n}", key=key) for n, key in enumerate(keys)]
    return item, steps


def test_points_forms_and_examinations_move_to_the_new_version(unit):
    import uuid

    keys = [uuid.uuid4(), uuid.uuid4()]
    old, (kept_step, gone_step) = version(unit, 1, keys=keys)
    kept, gone = imported(unit, "一", power_item_id=old.pk), imported(unit, "二", power_item_id=old.pk)
    RiskPoint.objects.filter(pk=kept.pk).update(flow_step=kept_step)
    RiskPoint.objects.filter(pk=gone.pk).update(flow_step=gone_step)
    drafted = entry(form(unit), "草稿", power_item=old, flow_step=kept_step)
    closed_form = form(unit, post="s1")
    finished = entry(closed_form, "已结", power_item=old, flow_step=kept_step)
    type(closed_form).objects.filter(pk=closed_form.pk).update(state="cancelled")
    new, (new_step,) = version(unit, 2, lineage=old.lineage, keys=keys[:1])
    follow_catalogue(catalogue=new.catalogue, by=unit.head)
    kept.refresh_from_db()
    gone.refresh_from_db()
    drafted.refresh_from_db()
    finished.refresh_from_db()
    assert (kept.power_item, kept.flow_step, kept.power_category) == (new, new_step, "enforcement")
    assert (gone.power_item, gone.flow_step) == (new, None)
    assert (drafted.power_item, drafted.flow_step) == (new, new_step)
    assert finished.power_item == old
    assert kept.history.order_by("-history_id").first().power_item_id == new.pk
    assert AuditEvent.objects.get(action="catalogue.followed").detail == {"points": 2, "entries": 1, "examinations": 0}
    assert not Examination.objects.exists()


def test_an_item_the_new_version_lacks_leaves_its_risks(unit):
    old, _steps = version(unit, 1)
    risk = imported(unit, power_item_id=old.pk)
    new, _steps = version(unit, 2)
    follow_catalogue(catalogue=new.catalogue, by=unit.head)
    risk.refresh_from_db()
    assert risk.power_item == old
