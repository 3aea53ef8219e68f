"""Rules of re-grading: the common ones, a version of the unit that is in force, and a draft."""

from dataclasses import replace

from regrading.models import RuleSet
from regrading.services import rule_sets
from tests.matrix_world import World


def build(world: World) -> None:
    _rule_sets(world)


def _rule_sets(world: World) -> None:
    unit, by = world.home.unit, world.home.office_clerk
    common = RuleSet.objects.get(unit=None)
    first = rule_sets.draft(unit=unit, by=by)
    first = rule_sets.change(rule_set=first, rules=replace(first.values, window=18), note="回看期延长至18个月", by=by)
    first = rule_sets.switch_on(rule_set=first, reason="案件反映问题多在一年以前", by=by)
    world.objects |= {"common_rules": common, "rules_in_force": first, "rules_draft": rule_sets.draft(unit=unit, by=by)}
    world.objects["rules_draft"] = rule_sets.change(
        rule_set=world.objects["rules_draft"], rules=replace(first.values, window=24), note="", by=by
    )
