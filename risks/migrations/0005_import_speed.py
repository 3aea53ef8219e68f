"""What an import of tens of thousands of rows need not do one by one.

The history's user was checked with every row of it, though the row it is copied from was written by the same transaction; history is of
its own time and refers to other tables without constraints anyway. And points wait for their search vectors (risks.services.indexing):
the index finds those few without reading the register.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common import migration_operations as operations


def _unchecked_user() -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0002_powers_published_fixed"),
        ("risks", "0004_lean_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(model_name="historicalmeasure", name="history_user", field=_unchecked_user()),
        migrations.AlterField(model_name="historicalriskpoint", name="history_user", field=_unchecked_user()),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(condition=models.Q(("search", None)), fields=["id"], name="risk_search_waiting"),
        ),
    ]
