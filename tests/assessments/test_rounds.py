"""Setting up a round, opening and closing its appraisal, through the services on PostgreSQL."""


import pytest

from assessments.round_findings import findings
from tests.factories.assessments import assessed_in, round_set_up
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def test_one_click_sets_up_everybody_with_raters(bureau: SmallUnit) -> None:
    found = round_set_up(bureau)
    assert found.state == "setting_up"
    groups = {group: found.assessed.filter(group=group).count() for group in ("leadership", "department_head", "staff")}
    assert groups == {"leadership": 4, "department_head": 6, "staff": 6}
    clerk = assessed_in(found, bureau.clerk)
    assert (clerk.name, clerk.post, clerk.department) == ("CS行政审批科甲", "行政审批科 经办", bureau.departments[1].department)
    superiors = {row.person for row in clerk.raters.filter(relation="superior", level="first")}
    assert superiors == {bureau.departments[1].head, bureau.departments[1].deputy_head, bureau.deputies[0]}
    assert {row.person for row in clerk.raters.filter(relation="peer", level="second")} == {bureau.departments[1].staff[1]}
    # Four are close; with fewest ballots of five, partners fill up to eight.
    assert clerk.raters.filter(relation="partner", level="third").count() == 4
    assert not [finding.text for finding in findings(found) if finding.blocks]
