"""What the start page counts, points by leader and level, is read from one index without the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("risks", "0008_declared_risks_are_fixed")]

    operations = [
        migrations.RemoveIndex(model_name="riskpoint", name="risk_by_leader"),
        migrations.AddIndex(
            model_name="riskpoint",
            index=models.Index(
                fields=["responsible_leader", "state", "number"], include=["id", "unit", "current_level"], name="risk_by_leader"
            ),
        ),
    ]
