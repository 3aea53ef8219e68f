"""Rows are matched while those above them are written: nothing that a row can say may ask the database."""

import pytest

from reporting.services.from_file import import_file
from risks.models import RiskPoint
from tests.factories.organisation import small_unit
from tests.reporting.import_files import register
from tests.risks.register_helpers import imported

HEADER = [
    "部门",
    "岗位",
    "职权事项",
    "流程环节",
    "风险点",
    "发生几率",
    "危害程度",
    "防控措施",
    "直接责任人",
    "责任领导",
    "编号",
    "登记日期",
]
ROWS = [
    ["办公室", "科员", "印章管理", "用印登记", "用印把关不严", "5", "4", "双人核对", "王某", "李某", "旧-1", "2025-03-01"],
    ["办公室", "", "不在目录", "", "公车私用", "2", "2", "1.派车登记 2.定期通报", "", "", "", ""],
    ["本单位", "", "", "", "决策不公开", "高", "3", "集体研究", "查无此人", "", "", "2025年3月"],
    ["本单位", "", "", "", "决策不公开明", "3", "3", "集体研究", "", "", "", ""],
]


@pytest.fixture
def unit(db):
    found = small_unit()
    imported(found, number="旧-9")
    return found


def saved(tmp_path, *rows):
    path = tmp_path / "登记册.xlsx"
    path.write_bytes(register(*rows, header=HEADER).getvalue())
    return path


def test_what_has_to_be_looked_up_is_known_before(unit, tmp_path):
    rows = [row for row in ROWS if "高" not in row]
    report = import_file(unit=unit.unit, path=saved(tmp_path, *rows), by=unit.head)
    assert (report["errors"], report["points"], report["imported"]) == (0, 3, 3), report["faults"]
    found = RiskPoint.objects.exclude(number="旧-9").order_by("pk")
    assert [str(point.current_level) for point in found] == ["一级", "三级", "二级"]
    assert found[0].number == "旧-1"


def test_an_error_in_a_later_row_takes_back_those_above_it(unit, tmp_path):
    last = [*ROWS[0][:4], "又一个", *ROWS[0][5:10], "旧-9", ""]
    report = import_file(unit=unit.unit, path=saved(tmp_path, ROWS[0], ROWS[1], last), by=unit.head)
    assert not report["ok"]
    assert report["batch"] is None
    assert [(fault["row"], fault["code"]) for fault in report["faults"] if fault["severity"] == "error"] == [(4, "number_taken")]
    assert RiskPoint.objects.count() == 1
    import_file(unit=unit.unit, path=saved(tmp_path, ROWS[1]), by=unit.head)
    assert RiskPoint.objects.exclude(number="旧-9").get().number.endswith("-0001")
