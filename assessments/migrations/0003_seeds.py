"""What every unit starts with: grades, the questions of the appraisal for three groups, weights (000 §3, 003; domain §6)."""

from django.db import migrations

GRADES = [
    # severity, label, from, colour, no award, months without promotion or transfer
    (0, "好", 90, "green", False, 0),
    (1, "良好", 75, "blue", False, 0),
    (2, "一般", 60, "yellow", False, 0),
    (3, "不良", 0, "red", True, 6),
]
SETS = {
    "leadership": (
        "领导班子成员民主测评指标",
        [
            ("political", "政治立场", "在思想上政治上行动上同党中央保持高度一致，贯彻执行上级决策部署坚决有力。", 15),
            ("political", "主体责任", "履行“一岗双责”，对分管部门和分管领域的党风廉政建设抓得实、管得严。", 15),
            ("political", "民主集中制", "“三重一大”事项集体决策，不搞“一言堂”，不违规干预和插手具体事项。", 10),
            ("moral", "廉洁用权", "秉公用权，不利用职务影响为本人或者他人谋取私利。", 15),
            ("moral", "作风形象", "执行中央八项规定精神，反对特权思想和特权现象，生活作风严谨。", 10),
            ("moral", "家风家教", "严格教育、管理、监督配偶、子女和身边工作人员。", 10),
            ("legal", "依法决策", "按照法定权限、程序作出决策，重视合法性审查。", 15),
            ("legal", "接受监督", "如实报告个人有关事项，自觉接受组织监督和群众监督。", 10),
        ],
    ),
    "department_head": (
        "部门负责人民主测评指标",
        [
            ("political", "政治素养", "理想信念坚定，落实上级部署不打折扣、不搞变通。", 15),
            ("political", "管理责任", "对本部门廉政风险抓早抓小，发现问题及时提醒、纠正和报告。", 20),
            ("moral", "廉洁自律", "不收受管理和服务对象的礼品、礼金、消费卡和宴请等。", 15),
            ("moral", "公道正派", "在考核、评优、分配和用人上公平公正，不搞亲疏远近。", 15),
            ("moral", "工作作风", "服务基层和群众主动及时，不推诿扯皮、不吃拿卡要。", 10),
            ("legal", "依法履职", "按照权限和流程办事，审批、采购、执法等事项有据可查。", 15),
            ("legal", "制度执行", "健全本部门内控制度并带头执行，主动公开、接受监督。", 10),
        ],
    ),
    "staff": (
        "一般干部民主测评指标",
        [
            ("political", "政治表现", "遵守政治纪律和政治规矩，积极参加组织生活和廉政教育。", 20),
            ("political", "大局意识", "服从组织安排，认真完成岗位廉政风险排查和防控任务。", 15),
            ("moral", "廉洁守纪", "不利用岗位便利谋取私利，不接受可能影响公正执行公务的财物和宴请。", 20),
            ("moral", "职业操守", "爱岗敬业、诚实守信，保守工作秘密。", 15),
            ("legal", "依规办事", "按照岗位权限、流程和时限办理事项，不越权、不拖延。", 20),
            ("legal", "服务态度", "对待群众和服务对象一视同仁，无吃拿卡要、刁难行为。", 10),
        ],
    ),
}


def add(apps, schema_editor):
    scale = apps.get_model("assessments", "GradeScale").objects.create(code="four-grades", name="四级评定（好、良好、一般、不良）")
    make_grade = apps.get_model("assessments", "Grade").objects.create
    for severity, label, low, colour, no_award, months in GRADES:
        make_grade(scale=scale, severity=severity, label=label, min_score=low, colour=colour, no_award=no_award, hold_months=months)
    for group, (name, rows) in SETS.items():
        indicators = apps.get_model("assessments", "IndicatorSet").objects.create(group=group, name=name)
        make = apps.get_model("assessments", "Indicator").objects.create
        for order, (factor, short, text, weight) in enumerate(rows):
            make(indicator_set=indicators, factor=factor, name=short, text=text, weight=weight, order=order)
        apps.get_model("assessments", "GroupSettings").objects.create(group=group, scale=scale, indicator_set=indicators)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_rounds")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
