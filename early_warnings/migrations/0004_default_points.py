"""The scheme and the catalogue every unit starts with (002: twelve points a year, C 蓝 from 3, B 黄 from 6, A 红 from 12).

Common rows without unit: a unit that wants others makes rows of its own, which take their place.
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

# (code, field, behaviour, points); nought is a reminder without deduction (D 绿).
BEHAVIOURS = [
    ("ZZ-01", "political", "无正当理由不参加党委（党组）、党支部组织的政治学习和廉政教育活动", 1),
    ("ZZ-02", "political", "对上级和本单位党风廉政建设决策部署落实不力、推诿拖延", 2),
    ("ZZ-03", "political", "在贯彻落实决策部署中搞变通、打折扣，造成不良影响", 4),
    ("ZZ-04", "political", "在巡视巡察、审计、专项检查中提供虚假情况或者隐瞒问题", 6),
    ("ZU-01", "organisation", "不按规定报告个人有关事项，经提醒后及时补报", 1),
    ("ZU-02", "organisation", "隐瞒不报或者不如实报告个人有关事项", 4),
    ("ZU-03", "organisation", "未经批准因私出国（境），或者逾期不上交因私出国（境）证件", 3),
    ("ZU-04", "organisation", "违反民主集中制，个人擅自决定应当集体研究的“三重一大”事项", 6),
    ("ZU-05", "organisation", "在干部选拔任用、评先评优、职称评定中打招呼、说情", 4),
    ("ZU-06", "organisation", "对党组织的谈话函询不如实说明情况，或者逾期不回复", 3),
    ("LJ-01", "integrity", "收到难以退回的礼品礼金未在规定期限内登记上交", 3),
    ("LJ-02", "integrity", "接受管理和服务对象的宴请，或者旅游、健身、娱乐等活动安排", 4),
    ("LJ-03", "integrity", "收受管理和服务对象赠送的礼品、礼金、消费卡等财物，情节较轻", 6),
    ("LJ-04", "integrity", "借婚丧喜庆事宜收受管理和服务对象礼金", 6),
    ("LJ-05", "integrity", "操办婚丧喜庆事宜未按规定报告", 1),
    ("LJ-06", "integrity", "违规从事营利活动或者在企业、社会组织兼职取酬", 6),
    ("LJ-07", "integrity", "利用职权或者职务影响为亲友及特定关系人谋取利益", 12),
    ("LJ-08", "integrity", "公车私用，或者违规占用管理和服务对象的车辆", 3),
    ("LJ-09", "integrity", "超标准接待、超标准使用办公用房，或者违规报销差旅、会议费用", 3),
    ("LJ-10", "integrity", "违规发放津贴补贴、奖金或者福利", 4),
    ("QZ-01", "masses", "对群众合理诉求敷衍塞责、态度生硬，被投诉查实", 1),
    ("QZ-02", "masses", "对符合条件的事项无故拖延不办，或者超过承诺时限办结", 2),
    ("QZ-03", "masses", "在办理涉农补贴、项目申报等事项中优亲厚友", 6),
    ("QZ-04", "masses", "违规向群众收取费用、摊派钱物，或者吃拿卡要", 6),
    ("GZ-01", "work", "迟到早退、擅自离岗，或者工作时间从事与工作无关的活动，经提醒不改", 1),
    ("GZ-02", "work", "履职不到位造成工作失误，影响较小且能及时纠正", 1),
    ("GZ-03", "work", "不作为、慢作为、乱作为，造成工作损失或者不良影响", 3),
    ("GZ-04", "work", "泄露标底、评审专家名单、检查安排等不应公开的工作信息", 6),
    ("GZ-05", "work", "违规干预和插手工程建设、政府采购、行政审批、行政执法等事项", 6),
    ("SH-01", "life", "生活作风不检点，造成不良影响", 3),
    ("SH-02", "life", "酒后驾驶机动车，或者参与赌博，情节较轻", 4),
    ("SH-03", "life", "对配偶、子女失管失教，造成不良影响", 2),
    ("YQ-01", "power", "未按流程图规定的环节和权限办理职权事项", 2),
    ("YQ-02", "power", "审批、执法中擅自放宽条件、减免处罚或者超越权限", 4),
    ("YQ-03", "power", "资金支付未经规定的审核程序，或者签字手续不全", 2),
    ("YQ-04", "power", "采购、发包中化整为零、规避招标，或者设置倾向性条件", 6),
    ("YQ-05", "power", "应当回避而未主动回避", 3),
    ("YQ-06", "power", "截留、挪用、套取专项资金，情节较轻", 12),
    ("FK-01", "prevention", "未按期完成廉政风险排查、承诺或者防控措施，经催办仍未完成", 1),
    ("FK-02", "prevention", "隐瞒岗位廉政风险，排查敷衍搪塞、内容空泛，退回后仍不整改", 2),
    ("FK-03", "prevention", "收到廉政风险预警后未在规定期限内整改或者书面回告", 3),
    ("FK-04", "prevention", "对管理范围内的苗头性、倾向性问题失察失管，不提醒、不纠正", 2),
    ("FK-05", "prevention", "发现违纪违法问题线索不报告、不移送", 4),
    ("TX-01", "prevention", "岗位廉政风险较高、群众有反映，经核实尚无过错，予以提醒", 0),
    ("TX-02", "work", "工作中出现苗头性问题，经提醒即行纠正，未造成影响", 0),
]  # fmt: skip
# Colour, from points, consequence.
THRESHOLDS = [
    ("blue", 3, "启动一般预警：由所在科室负责人进行廉政约谈，提醒并指导纠正"),
    ("yellow", 6, "启动重要预警：由纪委或者组织人事部门诫勉谈话、通报批评，责令检查整改"),
    ("red", 12, "启动最高预警：暂停行使相关职权，视情节予以组织处理；涉嫌违纪违法的移送处理"),
]


def seed(apps, schema_editor):
    level_model = apps.get_model("warnings", "WarningLevel")
    scheme_model = apps.get_model("warnings", "PointScheme")
    threshold_model = apps.get_model("warnings", "PointThreshold")
    behaviour_model = apps.get_model("warnings", "PointBehaviour")
    colours = {level.colour: level for level in level_model.objects.filter(scheme__unit=None, scheme__code="four-colours")}
    scheme = scheme_model.objects.create(
        unit=None,
        name="12分制（自然年）",
        full=Decimal(12),
        direction="down",
        cap=Decimal(12),
        step=Decimal(1),
        cycle="calendar",
        leader_share=Decimal(0),
        for_departments=True,
        base_level=colours["green"],
        in_force_from=date(2020, 1, 1),
    )
    for colour, points, consequence in THRESHOLDS:
        threshold_model.objects.create(scheme=scheme, points=Decimal(points), level=colours[colour], consequence=consequence)
    for code, field, text, points in BEHAVIOURS:
        behaviour_model.objects.create(unit=None, code=code, field=field, text=text, points=Decimal(points))


class Migration(migrations.Migration):
    dependencies = [("warnings", "0003_points")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
