"""The power catalogue as a table file (domain §11)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common.xlsx.writing import Column, Sheet
from positions.models import Catalogue, PowerItem

# 序号, 编号, 职权类别, 职权名称, 行使依据, 行使主体, 行使条件, 行使程序, 办理时限, 责任, 三重一大类别, 公开形式和范围, 流程图编号
WIDTHS = (6, 12, 8, 22, 30, 18, 26, 30, 12, 26, 10, 18, 12)


def headers() -> list[str]:
    """The columns of 职权目录 as officials expect them."""
    return [
        _("No."),
        _("number"),
        _("power category"),
        _("name of the power"),
        _("basis of its exercise"),
        _("subject of its exercise"),
        _("conditions of its exercise"),
        _("procedure of its exercise"),
        _("time limit for handling"),
        _("responsibility"),
        _("category of major matter"),
        _("form and scope of disclosure"),
        _("number of the flowchart"),
    ]


def row(place: int, item: PowerItem) -> list[object]:
    """One power. The flowchart bears the number of its item."""
    return [
        place,
        item.number,
        str(item.get_category_display()),
        item.name,
        item.basis,
        item.subject,
        item.conditions,
        item.procedure,
        item.time_limit,
        item.responsibility,
        str(item.get_major_matter_display()),
        item.disclosure,
        item.number,
    ]


def sheet(catalogue: Catalogue, items: Iterable[PowerItem]) -> Sheet:
    """职权目录 of these items of the version."""
    kinds = ["int"] + ["text"] * (len(WIDTHS) - 1)
    columns = [Column(header, width, kind) for header, width, kind in zip(headers(), WIDTHS, kinds, strict=True)]  # type: ignore[arg-type]
    rows = (row(place, item) for place, item in enumerate(items, start=1))
    heading = _("%(unit)s: power catalogue (version %(n)d)") % {"unit": catalogue.unit.name, "n": catalogue.number}
    return Sheet(_("Power catalogue"), columns, rows, heading=heading)
