"""The rules every unit starts with. Written out: a migration must not change when the defaults of the code do."""

from django.db import migrations
from django.utils import timezone

RULES = {
    "bands": [[1, 0], [2, 40], [3, 70]],
    "window": 12,
    "leads": {"judged": [[1, 4], [2, 8], [3, 15]], "unjudged": 2, "most": 30},
    "warnings": {"tiers": [["general", 8], ["important", 15], ["highest", 25]], "closed_percent": 50, "most": 40},
    "measures": {"overdue": 4, "per_month": 1, "most": 20, "relief": 2, "most_relief": 10},
    "grades": {"grades": [[0, -4], [1, 0], [2, 6], [3, 15]]},
    "surveys": {"bounds": [[5, 3], [10, 6], [20, 12]]},
    "review": {"after": 12, "first": 3, "every": 6, "step": 2, "most": 9},
    "fall_margin": 3,
    "ask_again_points": 5,
    "ask_again_months": 6,
}


def make(apps, schema_editor):
    apps.get_model("regrading", "RuleSet").objects.get_or_create(
        unit=None,
        number=1,
        defaults={"rules": RULES, "note": "系统初始规则", "state": "in_force", "switched_on_at": timezone.now(), "reason": "系统初始规则"},
    )


class Migration(migrations.Migration):
    dependencies = [("regrading", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
