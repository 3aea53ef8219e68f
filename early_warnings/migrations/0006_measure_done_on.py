"""When a measure of rectification was done: the ledger of rectification says it. Known measures take the day from their history."""

from django.conf import settings
from django.db import migrations, models

_DAY = """
    UPDATE warnings_rectificationmeasure AS measure
    SET done_on = (coalesce(
        (
            SELECT min(done.history_date) FROM warnings_historicalrectificationmeasure AS done
            WHERE done.id = measure.id AND done.is_done AND done.history_date > coalesce(
                (
                    SELECT max(former.history_date) FROM warnings_historicalrectificationmeasure AS former
                    WHERE former.id = measure.id AND NOT former.is_done
                ),
                '-infinity'
            )
        ),
        measure.updated_at
    ) AT TIME ZONE %s)::date
    WHERE is_done
"""


class Migration(migrations.Migration):
    dependencies = [("warnings", "0005_remind_before")]

    operations = [
        migrations.AddField(
            model_name="historicalrectificationmeasure",
            name="done_on",
            field=models.DateField(blank=True, null=True, verbose_name="done on"),
        ),
        migrations.AddField(
            model_name="rectificationmeasure",
            name="done_on",
            field=models.DateField(blank=True, null=True, verbose_name="done on"),
        ),
        migrations.RunSQL([(_DAY, [settings.TIME_ZONE])], migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="rectificationmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_on__isnull", False), ("is_done", True)) | models.Q(("done_on", None), ("is_done", False)),
                name="warnings_measure_done_when",
            ),
        ),
    ]
