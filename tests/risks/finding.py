"""A unit with powers and a campaign that its office has started: the stage of the tests of finding."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from positions.models import Catalogue, FlowStep, HolderLevel, PowerItem, Unit
from positions.scopes import forget
from risks.models import Campaign, Declaration, RiskEntry
from risks.services import campaigns, forms
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow
from tests.factories.risks import level

GOOD = {
    "title": "放宽受理条件收受好处",
    "content": "窗口受理人员可以对熟人的申请降低材料要求,换取吃请或者红包,使不符合条件的申请进入审查环节",
    "manifestation": "卷宗中缺少场所证明而系统显示材料齐全;同一代理人的申请总是当天受理",
    "aspect": "process",
    "probability": 3,
    "harm": 4,
}
MEASURE = {
    "kind": "position",
    "line": "before",
    "text": "受理材料由两人当场核对并签名,科长每月抽查一成卷宗",
    "who_id": None,
    "due_on": None,
    "rule_id": None,
}


@dataclass
class Stage:
    """`item` is the clerk's own power with a step in the clerk's hands, `shared` the department's, `major` the unit's."""

    org: SmallUnit
    catalogue: Catalogue
    item: PowerItem
    steps: list[FlowStep]
    shared: PowerItem
    major: PowerItem
    campaign: Campaign

    @property
    def unit(self) -> Unit:
        return self.org.unit

    @property
    def clerk(self) -> User:
        return self.org.clerk

    @property
    def office(self) -> User:
        return self.org.office_clerk

    def form(self, person: User, kind: str = HolderLevel.POSITION) -> Declaration:
        """The person's form of the campaign."""
        return Declaration.objects.get(campaign=self.campaign, declarant=person, kind=kind)

    def ready(self, person: User, kind: str = HolderLevel.POSITION, **fields: Any) -> Declaration:
        """The form, begun and with one complete risk, ready to be signed."""
        form = forms.begin(declaration=self.form(person, kind), by=person)
        add_good(form, person, **fields)
        form.refresh_from_db()
        return form

    def signed(self, person: User, kind: str = HolderLevel.POSITION, **fields: Any) -> Declaration:
        """The form, signed and on its way."""
        form = self.ready(person, kind, **fields)
        if kind == HolderLevel.UNIT:
            form = forms.save_form(declaration=form, by=person, version=None, fields={"discussed_on": "2026-11-20", "discussion": "同意"})
            form.refresh_from_db()
        return forms.sign_and_submit(declaration=form, by=person, version=form.version)


def add_good(form: Declaration, person: User, item: PowerItem | None = None, step: FlowStep | None = None, **fields: Any) -> RiskEntry:
    """A complete risk with a measure."""
    entry = forms.add_entry(declaration=form, by=person, item=item, step=step)
    return forms.save_entry(declaration=form, entry=entry, by=person, version=entry.version, fields=GOOD | fields, measures=[MEASURE])


def stage(code: str = "CS", *, start: bool = True) -> Stage:
    """The unit; with `start`, its campaign of 2026 is running."""
    org = small_unit(code=code)
    department = org.departments[1]
    catalogue = CatalogueFactory(unit=org.unit)
    item = PowerItemFactory(catalogue=catalogue, position=department.positions["s0"], number=f"{code}-01", name="种子经营许可受理")
    steps = simple_flow(item, holder=department.positions["s0"])
    shared = PowerItemFactory(catalogue=catalogue, department=department.department, number=f"{code}-02", name="许可事项会审")
    simple_flow(shared, holder=department.department)
    major = PowerItemFactory(catalogue=catalogue, number=f"{code}-03", name="大额资金使用", major_matter="funds", category="finance")
    simple_flow(major)
    publish(catalogue)
    campaign = campaigns.create(unit=org.unit, by=org.office_clerk, year=2026)
    if start:
        campaign, _opened = campaigns.start(campaign=campaign, by=org.office_clerk)
    for person in (org.head, org.office_clerk, org.clerk):
        forget(person)
    return Stage(org, catalogue, item, steps, shared, major, campaign)


__all__ = ["GOOD", "MEASURE", "Stage", "add_good", "level", "stage"]
