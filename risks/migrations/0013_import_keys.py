"""Where the points of an import lie is told by one row for all of them, instead of two index entries for each; those by position are
short (ADR 0013)."""

from django.db import migrations, models

# Batch 0, which no import has, for points of other origin without a vector: there should be none, but none may be lost.
TELL_WHERE = """
INSERT INTO risks_importedpoints (batch, first, last, unindexed_from)
SELECT coalesce(import_batch, 0), min(id), max(id), min(id) FILTER (WHERE search IS NULL) FROM risks_riskpoint
WHERE import_batch IS NOT NULL OR search IS NULL GROUP BY 1
"""


class Migration(migrations.Migration):
    dependencies = [("risks", "0012_fewer_entries")]

    operations = [
        migrations.CreateModel(
            name="ImportedPoints",
            fields=[
                ("batch", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("unindexed_from", models.BigIntegerField(null=True)),
            ],
            options={"verbose_name": "points of an import"},
        ),
        migrations.RunSQL(TELL_WHERE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="riskpoint", name="risk_search_waiting"),
        migrations.RemoveIndex(model_name="riskpoint", name="risk_by_position"),
        migrations.AddIndex(model_name="riskpoint", index=models.Index(fields=["position"], name="risk_by_position")),
        migrations.RemoveIndex(model_name="riskpoint", name="risk_by_position"),
        migrations.AddIndex(model_name="riskpoint", index=models.Index(fields=["position"], name="risk_by_position")),
        migrations.AlterField(model_name="historicalriskpoint", name="import_batch", field=models.BigIntegerField(blank=True, null=True)),
        migrations.AlterField(model_name="riskpoint", name="import_batch", field=models.BigIntegerField(blank=True, null=True)),
    ]
