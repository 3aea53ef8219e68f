"""Doors: nobody sees one that is not for them, and none leads nowhere."""

import re
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

from positions.scopes import scope_of
from tests.factories.organisation import administrators, small_unit
from web.navigation import SECTIONS, navigation

WEB = Path(__file__).resolve().parents[2] / "web"


def test_every_door_leads_somewhere():
    for section in SECTIONS:
        for entry in section.entries:
            reverse(entry.url_name)


def test_every_link_of_start_page_and_search_leads_somewhere():
    names = {name for path in WEB.glob("*.py") for name in re.findall(r"link\(\s*\"([a-z_:-]+)\"", path.read_text("utf-8"))}
    assert len(names) > 5

    def exists(name):
        for args in ((), (1,)):
            try:
                return bool(reverse(name, args=args))
            except NoReverseMatch:
                continue
        return False

    assert sorted(name for name in names if not exists(name)) == []


def labels(person, path="/"):
    return {str(section["label"]): [str(c["label"]) for c in section["children"]] for section in navigation(scope_of(person), path)}


@pytest.mark.django_db
class TestWhoSeesWhat:
    """By hand, from design.md's table."""

    def test_a_clerk(self):
        shown = labels(small_unit().clerk, "/risks/forms/")
        assert list(shown) == ["待办", "职权", "风险", "廉情", "预警", "考核", "教育", "统计", "组织", "我的文件"]
        assert shown["风险"] == ["我的承诺表", "排查工作", "风险登记册", "防控措施", "岗位风险等级目录"]

    def test_a_unit_head(self):
        shown = labels(small_unit().head, "/risks/forms/")
        assert list(shown) == ["待办", "职权", "风险", "廉情", "预警", "考核", "教育", "统计", "组织", "我的文件"]
        assert {"审核", "评估定级"} <= set(shown["风险"])

    @pytest.mark.parametrize(
        ("role", "expected"),
        [("system", ["待办", "组织", "我的文件"]), ("security", ["待办", "组织", "我的文件"]), ("audit", ["待办", "组织", "我的文件"])],
    )
    def test_administrators_see_no_content(self, role, expected):
        assert list(labels(administrators()[role])) == expected

    def test_somebody_without_a_post(self):
        unit = small_unit()
        unit.appointments[unit.clerk.pk].ends_on = unit.appointments[unit.clerk.pk].starts_on
        unit.appointments[unit.clerk.pk].save()
        assert list(labels(unit.clerk)) == ["待办", "我的文件"]

    def test_the_page_one_is_on_is_marked(self):
        clerk = small_unit().clerk
        [section] = [s for s in navigation(scope_of(clerk), "/powers/rules/7/") if s["active"]]
        assert [str(c["label"]) for c in section["children"] if c["active"]] == ["制度库"]
