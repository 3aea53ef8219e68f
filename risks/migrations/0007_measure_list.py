"""The ledger of measures in its order, by an index."""

from django.db import migrations, models

from common import migration_operations as operations


class Migration(migrations.Migration):
    dependencies = [("risks", "0006_import_speed_references")]

    operations = [
        operations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["due_on", "id"], include=["risk", "state"], name="measure_list"),
        ),
    ]
