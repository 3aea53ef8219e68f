"""All forms of a campaign as one .zip: a folder for each department, the form as it prints, and a list of what is in it."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from common.files import clean_name
from common.xlsx.writing import Column, Sheet, write_workbook
from positions.models import HolderLevel
from reporting.documents.forms import form_file
from reporting.paper_templates.kinds.forms import FORMS
from risks.models import Campaign, Declaration
from risks.states import FormState

LIST_NAME = "目录.xlsx"
_ORDER = (HolderLevel.UNIT, HolderLevel.DEPARTMENT, HolderLevel.POSITION)
_FOLDERS = {HolderLevel.UNIT: "1单位", HolderLevel.DEPARTMENT: "2科室", HolderLevel.POSITION: "3岗位"}


def forms_of(user: User, campaign: Campaign) -> QuerySet[Declaration]:
    """The campaign's forms that were handed in, as far as the person may read them; one's own draft is not among them."""
    seen = Declaration.objects.visible_to(user).filter(campaign=campaign)
    return seen.exclude(state__in=[FormState.DRAFT, FormState.CANCELLED])


@dataclass
class Names:
    """File names inside the archive: department, form and name, nothing else of the person; what would come twice is numbered."""

    taken: set[str] = field(default_factory=set)

    def of(self, declaration: Declaration) -> str:
        """The path of a form. Case does not tell names apart, for Windows does not."""
        kind = HolderLevel(declaration.kind)
        title = FORMS[declaration.kind].title
        if kind == HolderLevel.POSITION:
            place = _part(str(declaration.department or "领导班子"))
            folder, whose = f"{_FOLDERS[kind]}/{place}", f"{declaration.declarant.name}（{declaration.position}）"
        else:
            folder, whose = _FOLDERS[kind], str(declaration.department or declaration.unit)
        stem = _part(f"{title}-{whose}")
        number, name = 1, f"{folder}/{stem}.docx"
        while name.casefold() in self.taken:
            number += 1
            name = f"{folder}/{stem}-{number}.docx"
        self.taken.add(name.casefold())
        return name


def _part(text: str) -> str:
    """One part of a path: safe on any disk, short enough that the whole stays below what Windows takes."""
    flat = text[:60].replace("/", "_").replace("\\", "_")
    return clean_name(f"{flat}.docx").removesuffix(".docx") or "_"


def write_pack(target: Path, forms: QuerySet[Declaration], *, progress: Callable[[int, int], object]) -> int:
    """Write the archive form by form, so that memory holds one; returns how many. `progress(done, total)` may stop it by raising."""
    ids = list(_ordered(forms).values_list("pk", flat=True))
    names, rows = Names(), []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, override("zh-hans"):
        for number, declaration in enumerate(_read(ids), start=1):
            name = names.of(declaration)
            form = form_file(declaration)
            _add(archive, name, form.getvalue())
            rows.append([*_row(number, declaration, name), "单位模板出错，按内置模板生成" if form.fell_back else ""])
            progress(number, len(ids))
        _add(archive, LIST_NAME, _list(rows))
    return len(rows)


def _ordered(forms: QuerySet[Declaration]) -> QuerySet[Declaration]:
    return forms.order_by(F("department__order").asc(nulls_first=True), "department_id", F("position__order").asc(nulls_first=True), "pk")


def _read(ids: list[int]) -> Iterator[Declaration]:
    """By level, then as the register orders them; each read when its turn comes."""
    related = ("unit", "department", "position", "declarant", "campaign")
    kinds = dict(Declaration.objects.filter(pk__in=ids).values_list("pk", "kind"))
    for kind in _ORDER:
        for pk in ids:
            if kinds.get(pk) == kind:
                yield Declaration.objects.select_related(*related).get(pk=pk)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _row(number: int, declaration: Declaration, name: str) -> list[object]:
    signed = timezone.localdate(declaration.signed_at) if declaration.signed_at else None
    return [
        number,
        FORMS[declaration.kind].title,
        str(declaration.department or ""),
        declaration.declarant.name,
        str(declaration.position or ""),
        declaration.get_state_display(),
        signed,
        name,
    ]


def _list(rows: list[list[object]]) -> bytes:
    columns = [
        Column("序号", 6, "int"),
        Column("表名", 34),
        Column("科室（单位）", 20),
        Column("姓名", 12),
        Column("岗位", 18),
        Column("状态", 12),
        Column("签字日期", 12, "date"),
        Column("文件", 60),
        Column("备注", 28),
    ]
    target = io.BytesIO()
    write_workbook(target, [Sheet("目录", columns, iter(rows), "廉政风险和防控承诺表目录", [])])
    return target.getvalue()
