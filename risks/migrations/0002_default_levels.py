"""The three levels of 002（四）with 000's leaders, and the default 5 × 5 matrix (domain §3). Units may add scales and schemes."""

from django.db import migrations

LEVELS = [
    (3, "一级", "重点风险点", "建立制度，重点监管", "red", "unit_head"),
    (2, "二级", "防范风险点", "完善制度，强化监督", "orange", "deputy"),
    (1, "三级", "一般风险点", "落实制度，加强提醒", "blue", "department_head"),
]
MATRIX = {
    "factors": [
        {"code": "probability", "labels": ["极少发生", "较少发生", "有时发生", "较易发生", "极易发生"]},
        {"code": "harm", "labels": ["轻微", "较轻", "中等", "严重", "特别严重"]},
    ],
    "combine": "product",
    "thresholds": [{"from": 15, "severity": 3}, {"from": 8, "severity": 2}, {"from": 1, "severity": 1}],
    "floors": [{"factor": "harm", "from": 5, "severity": 2}],
}


def make(apps, schema_editor):
    scale, _ = apps.get_model("risks", "LevelScale").objects.get_or_create(code="three-levels", defaults={"name": "三级"})
    level = apps.get_model("risks", "Level")
    for severity, label, name, handling, colour, answerer in LEVELS:
        level.objects.get_or_create(
            scale=scale,
            severity=severity,
            defaults={"label": label, "name": name, "handling": handling, "colour": colour, "answerer": answerer},
        )
    apps.get_model("risks", "GradingScheme").objects.get_or_create(
        unit=None,
        is_default=True,
        defaults={"name": "几率 × 危害 矩阵（五级）", "kind": "matrix", "scale": scale, "rules": MATRIX},
    )


class Migration(migrations.Migration):
    dependencies = [("risks", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
