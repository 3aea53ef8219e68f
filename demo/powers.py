"""The demo's power catalogue in three versions with flowcharts, and its rules library (domain §2)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from accounts.models import User
from demo import content
from demo.bulk import Writer
from demo.choose import number
from demo.dates import Calendar
from demo.organisation import BUREAU, World
from demo.trail import Trail
from positions.models import Catalogue, FlowLink, FlowStep, HolderLevel, PowerItem, Rule
from positions.states import CatalogueState, ItemState, RuleState
from web.links import link

NAMESPACE = uuid.UUID("6f0f6f1e-2d9c-5c1b-9a51-8d6f0c2f7a10")
# Powers that came with the second version, and so were first examined this year.
NEW_IN_SECOND = ("SP-06", "ZL-04")
# What was published when: (handed to the legal office, approved, published).
DATES = {1: ("2025-10-20", "2025-10-24", "2025-10-29"), 2: ("2026-10-20", "2026-10-26", "2026-10-28")}
THIRD_SINCE = "2026-11-09"


@dataclass
class Version:
    """A catalogue version with its items and steps, by the keys of the texts."""

    catalogue: Catalogue
    items: dict[str, PowerItem] = field(default_factory=dict)
    steps: dict[tuple[str, str], FlowStep] = field(default_factory=dict)


class Powers:
    """Writes catalogues and rules of one unit."""

    def __init__(self, writer: Writer, calendar: Calendar, trail: Trail, world: World) -> None:
        self.writer, self.calendar, self.trail, self.world = writer, calendar, trail, world

    def compile(self, n: int, texts: Sequence[content.Department], leave_out: tuple[str, ...] = ()) -> Version:
        """A version being compiled with every item accepted. Its catalogue is written first: triggers look at it."""
        unit = self.world.unit
        made = self.calendar.at(DATES[n][0] if n in DATES else THIRD_SINCE, 8)
        catalogue = self.writer.new(Catalogue, unit=unit, number=n, title=f"{unit.name}职权目录", created_at=made)
        self.writer.flush()
        version = Version(catalogue)
        for text in texts:
            for power in text.powers:
                if power.number not in leave_out:
                    self._item(version, text, power, n)
        self.writer.flush()
        return version

    def _item(self, version: Version, text: content.Department, power: content.Power, n: int) -> None:
        world = self.world
        position = world.positions[text.name, power.position] if power.level == HolderLevel.POSITION else None
        lineage = uuid.uuid5(NAMESPACE, f"{world.unit.code}/{power.number}")
        days, limit = power.time_limit_days, power.time_limit
        if n == 1 and number("slower", power.number) % 9 == 0:
            days, limit = days + 5, f"{days + 5}个工作日"
        item = self.writer.new(
            PowerItem,
            catalogue=version.catalogue,
            unit=world.unit,
            lineage=lineage,
            number=power.number,
            name=power.name,
            category=power.category,
            level=power.level,
            department=None if power.level == HolderLevel.UNIT else world.departments.get(text.name),
            position=position,
            basis=power.basis,
            subject=power.subject,
            conditions=power.conditions,
            procedure=power.procedure,
            time_limit=limit,
            time_limit_days=days,
            responsibility=power.responsibility,
            major_matter=power.major_matter,
            requires=list(power.requires),
            disclosure="" if n == 1 and number("undisclosed", power.number) % 7 == 0 else power.disclosure,
            state=ItemState.ACCEPTED,
            created_by=world.head(text),
        )
        version.items[power.number] = item
        for order, step in enumerate(power.steps, 1):
            holder = self._holder(text, step.holder)
            version.steps[power.number, step.key] = self.writer.new(
                FlowStep,
                item=item,
                key=uuid.uuid5(lineage, step.key),
                order=order,
                kind=step.kind,
                name=step.name,
                days=None if step.kind == "end" else step.days,
                documents=step.documents,
                hand=step.hand,
                function=step.function,
                mode=step.mode,
                panel=list(step.panel),
                head_last=step.head_last,
                **holder,
            )
        for row in power.links:
            source, target = (version.steps[power.number, key] for key in (row.source, row.target))
            self.writer.new(FlowLink, item=item, source=source, target=target, condition=row.condition)

    def _holder(self, text: content.Department, holder: str) -> dict[str, object]:
        """Position, department or role of a step."""
        if not holder:
            return {}
        if not holder.startswith("@"):
            return {"position": self.world.positions[text.name, holder]}
        where, _slash, position = holder[1:].partition("/")
        if position:
            return {"position": self.world.positions[where, position]}
        if where in self.world.departments:
            return {"department": self.world.departments[where]}
        if where == "主要领导":
            leaders = self.world.texts[0]
            head = next(p.name for p in leaders.positions if p.rank == "unit_head")
            return {"position": self.world.positions[leaders.name, head]}
        return {"role": {"党委": "局党委会", "纪检组": "纪检组"}.get(where, where)}

    def publish(self, version: Version, n: int, *, submitted: User, legal: User, published: User, former: Version | None) -> None:
        """Let a version go its way through the legal office; rows change state by the allowed steps only."""
        at = [self.calendar.at(day, hour) for day, hour in zip(DATES[n], (10, 15, 9), strict=True)]
        opinion = content.words()["catalogue"][f"opinion{n}"]
        rows = Catalogue.objects.filter(pk=version.catalogue.pk)
        rows.update(state=CatalogueState.LEGAL_REVIEW, submitted_by=submitted, submitted_at=at[0])
        rows.update(state=CatalogueState.APPROVED, legal_by=legal, legal_at=at[1], legal_opinion=opinion)
        if former:
            Catalogue.objects.filter(pk=former.catalogue.pk).update(state=CatalogueState.SUPERSEDED)
            self._moved(at[2], "catalogue.superseded", former.catalogue, published, CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED)
        rows.update(state=CatalogueState.PUBLISHED, published_by=published, published_at=at[2], version=4)
        states = (CatalogueState.COMPILING, CatalogueState.LEGAL_REVIEW, CatalogueState.APPROVED, CatalogueState.PUBLISHED)
        self._moved(at[0], "catalogue.submitted", version.catalogue, submitted, *states[:2])
        self._moved(at[1], "catalogue.approved", version.catalogue, legal, *states[1:3], reason=opinion)
        self._moved(at[2], "catalogue.published", version.catalogue, published, *states[2:])
        version.catalogue.refresh_from_db()

    def hand_in(self, version: Version, *, by: User, to: User) -> None:
        """Let a version wait for the legal office, whose member `to` is told."""
        at = self.calendar.at("2026-11-19", 15, 20)
        Catalogue.objects.filter(pk=version.catalogue.pk).update(state=CatalogueState.LEGAL_REVIEW, submitted_by=by, submitted_at=at)
        self._moved(at, "catalogue.submitted", version.catalogue, by, CatalogueState.COMPILING, CatalogueState.LEGAL_REVIEW)
        text = f"《{version.catalogue}》等待法制机构审核。"
        self.trail.notice(at, to, "catalogue.submitted", text, link("powers:catalogue", version.catalogue.pk))

    def _moved(self, at: object, action: str, obj: Catalogue, by: User, old: CatalogueState, new: CatalogueState, reason: str = "") -> None:
        changes = {"state": [str(old.label), str(new.label)]}
        self.trail.tell(at, action, by, obj, changes=changes, reason=reason)  # type: ignore[arg-type]

    def third(self, version: Version) -> None:
        """The version being compiled: some items reopened and on their way, one new."""
        words = content.words()["catalogue"]
        owner = {
            "BG-03": ("办公室", "行政管理"),
            "CW-06": ("计划财务科", "会计"),
            "ZZ-06": ("种植业管理科", "农机管理"),
            "SP-05": ("行政审批科", "现场勘验"),
        }
        states = {
            "draft": ItemState.DRAFT,
            "returned": ItemState.DRAFT,
            "department_review": ItemState.DEPARTMENT_REVIEW,
            "unit_review": ItemState.UNIT_REVIEW,
        }
        for n, row in enumerate(words["changes"]):
            item = version.items[row["number"]]
            clerk = self.world.first(*owner[item.number])
            head = self.world.head(self.world.text(owner[item.number][0]))
            at = self.calendar.at(f"2026-11-{10 + n}", 9, 20)
            reopened = PowerItem.objects.filter(pk=item.pk)
            reopened.update(state=ItemState.DRAFT, created_by=clerk, version=2)
            self.trail.tell(at, "power.reopened", clerk, item, reason=row["reason"], changes=_state(ItemState.ACCEPTED, ItemState.DRAFT))
            wanted = states[row["state"]]
            path = [ItemState.DRAFT, ItemState.DEPARTMENT_REVIEW, ItemState.UNIT_REVIEW]
            handed_in = [ItemState.DEPARTMENT_REVIEW] if row["state"] == "returned" else path[1 : path.index(wanted) + 1]
            for hour, state in enumerate(handed_in, 1):
                reopened.update(state=state)
                by, action = (clerk, "power.submitted") if state == ItemState.DEPARTMENT_REVIEW else (head, "power.agreed")
                step = _state(path[path.index(state) - 1], state)
                self.trail.tell(self.calendar.at(f"2026-11-{11 + n}", 9 + hour), action, by, item, changes=step)
            if row["state"] == "returned":
                reopened.update(state=ItemState.DRAFT, returned_reason=words["returned"])
                at = self.calendar.at("2026-11-17", 16, 40)
                step = _state(ItemState.DEPARTMENT_REVIEW, ItemState.DRAFT)
                self.trail.tell(at, "power.returned", head, item, reason=words["returned"], changes=step)
                self.trail.notice(
                    at, clerk, "power.returned", f"职权事项“{item.name}”被退回：{words['returned']}", link("powers:item", item.pk)
                )
        clerk = self.world.holders[self.world.positions["计划财务科", "项目资金管理"].pk][0]
        new = self.writer.new(
            PowerItem,
            catalogue=version.catalogue,
            unit=self.world.unit,
            lineage=uuid.uuid5(NAMESPACE, f"{BUREAU}/{words['new']['number']}"),
            level=HolderLevel.DEPARTMENT,
            department=self.world.departments["计划财务科"],
            created_by=clerk,
            **words["new"],
        )
        self.writer.flush()
        self.trail.tell(self.calendar.at("2026-11-18", 14, 5), "power.created", clerk, new)

    def rules(self) -> dict[str, list[Rule]]:
        """The rules library, by department."""
        found: dict[str, list[Rule]] = {}
        for text in self.world.texts:
            for row in text.rules:
                rule = self.writer.new(
                    Rule,
                    unit=self.world.unit,
                    department=self.world.departments.get(text.name),
                    number=row.number,
                    title=row.title,
                    key_points=row.key_points,
                    state=row.state,
                    since=date.fromisoformat(row.since) if row.since else None,
                    repealed_on=self.calendar.day("2026-03-31") if row.state == RuleState.REPEALED else None,
                )
                found.setdefault(text.name, []).append(rule)
        return found


def _state(old: ItemState, new: ItemState) -> dict[str, list[str]]:
    return {"state": [str(old.label), str(new.label)]}
