from django.db import migrations, models

import common.encrypted


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_reporter")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="is_guess",
            field=models.BooleanField(default=False, verbose_name="by the name only"),
        )
        for model in ("historicalleadsubject", "leadsubject")
    ] + [
        migrations.AddField(
            model_name=model,
            name="reopened_why",
            field=common.encrypted.EncryptedTextField(blank=True, default="", verbose_name="why it was opened again"),
            preserve_default=False,
        )
        for model in ("historicallead", "lead")
    ]
