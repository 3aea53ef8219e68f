# Published catalogues are fixed by triggers; who submitted; what was merged.

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from common import migration_operations as operations


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="catalogue",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
        ),
        migrations.AddField(
            model_name="catalogue",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalcatalogue",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="submitted"),
        ),
        migrations.AddField(
            model_name="historicalcatalogue",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalpoweritem",
            name="absorbed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="poweritem",
            name="absorbed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        operations.AddTrigger(
            model_name="flowlink",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = NEW.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="6299da5f033b64bd83d92c44808040176853aab6",
                    operation="INSERT",
                    pgid="pgtrigger_fixed_insert_55900",
                    table="positions_flowlink",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="flowlink",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = OLD.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\n\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = NEW.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="f71851ad8be29bffe6cbc5bf5f943610c66e51d7",
                    operation="UPDATE",
                    pgid="pgtrigger_fixed_update_3a165",
                    table="positions_flowlink",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="flowlink",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = OLD.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN OLD;",
                    hash="4a0e85ec1e9527b2f912848f8e3ae9e85bbd1d50",
                    operation="DELETE",
                    pgid="pgtrigger_fixed_delete_b5dd6",
                    table="positions_flowlink",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="flowstep",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = NEW.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="c96da929cd3edcba6fc93bc44af7fb58ec41f314",
                    operation="INSERT",
                    pgid="pgtrigger_fixed_insert_8e77c",
                    table="positions_flowstep",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="flowstep",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = OLD.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\n\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = NEW.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="49866f392c259cf148dacd181ce3d29a0c9bedb6",
                    operation="UPDATE",
                    pgid="pgtrigger_fixed_update_61fb6",
                    table="positions_flowstep",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="flowstep",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT catalogue_id FROM positions_poweritem WHERE id = OLD.item_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN OLD;",
                    hash="e2b9488049c1c0d67401afe67a45b4f53d08fc0e",
                    operation="DELETE",
                    pgid="pgtrigger_fixed_delete_b7169",
                    table="positions_flowstep",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="poweritem",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT NEW.catalogue_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="c9475db971d4744f9698b4e1f8b3bb53b4392a27",
                    operation="INSERT",
                    pgid="pgtrigger_fixed_insert_3fe70",
                    table="positions_poweritem",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="poweritem",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT OLD.catalogue_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\n\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT NEW.catalogue_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;",
                    hash="fc182e7a4a84d87022970c96e93a692fc2aa0fb1",
                    operation="UPDATE",
                    pgid="pgtrigger_fixed_update_42895",
                    table="positions_poweritem",
                    when="BEFORE",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="poweritem",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF (SELECT c.state IN ('published', 'superseded') FROM positions_catalogue c WHERE c.id = (SELECT OLD.catalogue_id) FOR SHARE OF c) THEN\n    RAISE EXCEPTION 'catalogue is published: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';\nEND IF;\nRETURN OLD;",
                    hash="aedcc497087a7abb2dfd675a4cefc4732830b7c0",
                    operation="DELETE",
                    pgid="pgtrigger_fixed_delete_34c5e",
                    table="positions_poweritem",
                    when="BEFORE",
                ),
            ),
        ),
    ]
