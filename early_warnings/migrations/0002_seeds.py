"""Three tiers (000) and four colours (002) with their mapping, the common settings, and the dispositions of domain §5."""

from django.db import migrations

SCHEMES = [
    (
        "three-tiers",
        "三级预警",
        "一般、重要、最高三级，纪委启动、党委审批、责任部门实施",
        [
            (1, "一般预警", "个人出现苗头性、倾向性问题", "blue", True, "general"),
            (2, "重要预警", "个人有轻微违纪违规行为，或部门制度缺失、管理漏洞影响全局工作", "orange", True, "important"),
            (3, "最高预警", "单位重大决策、人事、项目、资金出现风险，或领导干部出现重大异常", "red", True, "highest"),
        ],
    ),
    (
        "four-colours",
        "四色预警",
        "绿、蓝、黄、红四色，绿色为事前提醒，其余按过错程度递进",
        [
            (0, "D级（绿色）", "无过错，事前提醒", "green", False, ""),
            (1, "C级（蓝色）", "有轻微过错", "blue", True, "general"),
            (2, "B级（黄色）", "有较重过错", "yellow", True, "important"),
            (3, "A级（红色）", "有严重过错", "red", True, "highest"),
        ],
    ),
]
MAPPED = {"C级（蓝色）": "一般预警", "B级（黄色）": "重要预警", "A级（红色）": "最高预警"}

ALL = ["general", "important", "highest"]
PERSON, GROUPS = ["person"], ["department", "unit"]
# code, name, goes with, tiers, ordered by, effect, days, working days, talk
DISPOSITIONS = [
    ("reminder", "互联提醒", PERSON, ["general"], "either", "not_on_file", 5, True, ""),
    ("counselling", "谈心疏导", PERSON, ["general"], "responsible", "not_on_file", 10, True, "counselling"),
    ("criticism", "批评教育", PERSON, ["general", "important"], "either", "not_on_file", 10, True, "integrity_talk"),
    ("petition-talk", "信访约谈", PERSON, ["general", "important"], "discipline", "no_effect_on_appointment", 10, True, "integrity_talk"),
    ("inquiry", "发函询问", PERSON, ["general", "important"], "discipline", "none", 15, True, "inquiry"),
    ("admonition", "诫勉谈话", PERSON, ["important", "highest"], "either", "no_effect_on_appointment", 10, True, "admonition"),
    ("notice-of-criticism", "通报批评", PERSON, ["important", "highest"], "either", "none", 10, True, ""),
    ("rotation", "轮岗交流", PERSON, ["important", "highest"], "personnel", "none", 60, False, ""),
    ("ordered-inspection", "责令检查整改", PERSON, ["important"], "either", "no_discipline", 30, False, ""),
    ("rectify-in-time", "限期整改", PERSON, ALL, "either", "no_discipline", 30, False, ""),
    ("organisational", "组织处理（免职、撤换、停职）", PERSON, ["important", "highest"], "personnel", "no_discipline", 30, False, ""),
    (
        "leader-admonition",
        "对责任领导诫勉谈话",
        GROUPS,
        ["important", "highest"],
        "discipline",
        "no_effect_on_appointment",
        10,
        True,
        "admonition",
    ),
    ("discipline-proposal", "纪检建议书", GROUPS, ALL, "discipline", "none", 15, True, ""),
    ("democratic-meeting", "专题民主生活会", GROUPS, ["important", "highest"], "discipline", "none", 30, False, ""),
    ("accountability-letter", "问廉问责书", GROUPS, ["important", "highest"], "discipline", "none", 15, True, ""),
    ("rectify-in-time-group", "限期整改", GROUPS, ALL, "discipline", "no_discipline", 30, False, ""),
]


def make(apps, schema_editor):
    scheme_model, level_model = apps.get_model("warnings", "WarningScheme"), apps.get_model("warnings", "WarningLevel")
    levels = {}
    schemes = {}
    for code, name, note, rows in SCHEMES:
        schemes[code] = scheme_model.objects.create(code=code, name=name, note=note)
        for severity, label, meaning, colour, is_fault, tier in rows:
            levels[label] = level_model.objects.create(
                scheme=schemes[code], severity=severity, label=label, meaning=meaning, colour=colour, is_fault=is_fault, tier=tier
            )
    mapping = apps.get_model("warnings", "LevelMapping")
    for colour, tier in MAPPED.items():
        mapping.objects.create(from_level=levels[colour], to_level=levels[tier])
        mapping.objects.create(from_level=levels[tier], to_level=levels[colour])
    apps.get_model("warnings", "WarningSettings").objects.create(unit=None, scheme=schemes["three-tiers"])
    kind = apps.get_model("warnings", "DispositionKind")
    for order, (code, name, subjects, tiers, ordered_by, effect, days, working, talk) in enumerate(DISPOSITIONS, 1):
        kind.objects.create(
            code=code,
            name=name,
            subject_kinds=subjects,
            tiers=tiers,
            ordered_by=ordered_by,
            effect=effect,
            limit_days=days,
            limit_working=working,
            talk_kind=talk,
            order=order,
        )


class Migration(migrations.Migration):
    dependencies = [("warnings", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
