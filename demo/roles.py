"""The accounts with which the demo is tried out: one a role, all with one password that is printed."""

from dataclasses import dataclass

from accounts.models import AdminRole, User

PASSWORD = "Lianfang-2026"  # noqa: S105 -- printed on purpose; the command refuses to run outside the demo


@dataclass(frozen=True, slots=True)
class Role:
    """A role to try out: who has it and what there is to do."""

    staff_number: str
    role: str
    does: str


ROLES = (
    Role("C022", "一般干部", "填报岗位风险表，报告防控措施完成情况"),
    Role("C025", "一般干部（表被退回）", "按退回意见修改后重新签字提交"),
    Role("B012", "科室负责人", "评定本科室人员的表，填报科室风险表"),
    Role("A003", "分管领导", "审核分管科室的表，查看分管范围的登记册"),
    Role("A001", "主要领导", "查看全局情况，签署单位风险表，领导小组组长"),
    Role("A005", "纪检组长", "查看全局登记册，签署主要领导的表"),
    Role("B022", "领导小组办公室", "管理排查工作、定级会商、职权目录和导入"),
    Role("B019", "法制部门", "审核下属单位送审的职权目录，维护制度库"),
    Role("B011", "组织人事部门", "查看组织机构和任职，参加领导小组"),
    Role("B018", "党支部书记", "林业科负责人，兼机关第二党支部书记"),
    Role("KA01", "下属单位负责人", "农业科学研究所所长，只看到本所"),
    Role("S901", "系统管理员", "维护机构、人员和账号，看不到业务内容"),
    Role("S902", "安全保密管理员", "设置密码、停用账号，看不到业务内容"),
    Role("S903", "安全审计员", "查阅和核验审计记录，不能改动任何内容"),
)
ADMINISTRATORS = {"S901": AdminRole.SYSTEM, "S902": AdminRole.SECURITY, "S903": AdminRole.AUDIT}


def table() -> str:
    """The roles as aligned lines: staff number, password, name, role, what to do."""
    names = dict(User.objects.filter(staff_number__in=[role.staff_number for role in ROLES]).values_list("staff_number", "name"))
    rows = [("工号", "密码", "姓名", "角色", "可以做什么")]
    rows += [(role.staff_number, PASSWORD, names.get(role.staff_number, "–"), role.role, role.does) for role in ROLES]
    widths = [max(_width(row[n]) for row in rows) for n in range(5)]
    lines = ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "其他人员的密码相同，工号见“组织”中的人员名单。"])


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)
