"""What each tier asks for before a warning can be closed, by hand from domain §5 and issue B; pure."""

from dataclasses import replace

import pytest

from early_warnings.requirements import Facts, missing, requirements

EVERY = {"measures", "verified", "statements", "dispositions"}
ASKED = {
    ("general", "person"): {"talk"},
    ("general", "department"): {"talk"},
    ("general", "unit"): {"talk"},
    ("important", "person"): {"disposition"},
    ("important", "department"): {"leader", "rules", "report_party_committee"},
    ("important", "unit"): {"leader", "rules", "report_party_committee"},
    **{
        ("highest", subject): {
            "group",
            "group_head",
            "talk",
            "meeting",
            "monitoring",
            "report_party_committee",
            "report_higher_discipline",
            "report_higher_party",
        }
        for subject in ("person", "department", "unit")
    },
}
# What makes each of them done.
DONE = {
    "talk": {"leaders_talks": 1},
    "disposition": {"punished": 1},
    "leader": {"has_responsible": True},
    "rules": {"rules": 1},
    "report_party_committee": {"reported_to": frozenset({"party_committee"})},
    "group": {"has_group": True},
    "group_head": {"group_led_by_responsible": True},
    "meeting": {"meetings": 1},
    "monitoring": {"monitoring": 1},
    "report_higher_discipline": {"reported_to": frozenset({"higher_discipline"})},
    "report_higher_party": {"reported_to": frozenset({"higher_party"})},
    "measures": {"measures": 2},
    "verified": {"is_verified": True},
}
COMPLETE = Facts(
    tier="general",
    subject_kind="person",
    has_responsible=True,
    leaders_talks=1,
    punished=1,
    rules=1,
    has_group=True,
    group_led_by_responsible=True,
    meetings=1,
    monitoring=1,
    reported_to=frozenset({"party_committee", "higher_discipline", "higher_party"}),
    measures=2,
    is_verified=True,
)


def codes(found) -> set[str]:
    return {one.code for one in found}


@pytest.mark.parametrize(("tier", "subject"), ASKED)
def test_the_check_list(tier, subject):
    facts = Facts(tier=tier, subject_kind=subject)
    assert codes(requirements(facts)) == ASKED[tier, subject] | EVERY
    # Nothing was stated and nothing ordered: that much is done.
    assert codes(missing(facts)) == ASKED[tier, subject] | {"measures", "verified"}


@pytest.mark.parametrize(("tier", "subject"), ASKED)
def test_nothing_missing_when_all_is_there(tier, subject):
    assert missing(replace(COMPLETE, tier=tier, subject_kind=subject)) == []


@pytest.mark.parametrize(("tier", "subject"), ASKED)
def test_each_one_alone_keeps_it_open(tier, subject):
    whole = replace(COMPLETE, tier=tier, subject_kind=subject)
    blank = Facts(tier=tier, subject_kind=subject)
    for code in (ASKED[tier, subject] | {"measures", "verified"}) - {"statements", "dispositions"}:
        fields = DONE[code]
        if code.startswith("report_"):
            without = replace(whole, reported_to=whole.reported_to - next(iter(fields.values())))
        else:
            without = replace(whole, **{name: getattr(blank, name) for name in fields})
        assert codes(missing(without)) == {code}


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [({"measures_open": 1}, "measures"), ({"statements_unanswered": 1}, "statements"), ({"dispositions_due": 1}, "dispositions")],
)
def test_what_is_left_open_keeps_it_open(spoilt, code):
    assert codes(missing(replace(COMPLETE, **spoilt))) == {code}


def test_every_line_says_what_and_who():
    for tier, subject in ASKED:
        for line in requirements(Facts(tier=tier, subject_kind=subject)):
            assert str(line.text)
            assert str(line.who)
