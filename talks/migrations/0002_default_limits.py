"""The limits of domain §5: an inquiry is answered within 15 working days, the self-criticism after an admonition handed in within 5."""

from django.db import migrations

LIMITS = [("inquiry", 15), ("admonition", 5)]


def make(apps, schema_editor):
    limit = apps.get_model("talks", "TalkLimit")
    for kind, days in LIMITS:
        limit.objects.get_or_create(unit=None, kind=kind, defaults={"days": days, "day_kind": "working"})


class Migration(migrations.Migration):
    dependencies = [("talks", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
