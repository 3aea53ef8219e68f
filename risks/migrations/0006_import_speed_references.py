"""The keys that nearly every point has are checked for all points of a statement at once (common.references)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from common import migration_operations as operations
from common.references import guard_against_removal

KEPT = guard_against_removal(
    "risks_riskpoint",
    {
        "positions_unit": ("unit_id",),
        "positions_department": ("department_id",),
        "positions_position": ("position_id",),
        "risks_level": ("initial_level_id", "current_level_id"),
        "accounts_user": ("responsible_leader_id", "department_head_id", "direct_holder_id"),
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0002_powers_published_fixed"),
        ("risks", "0005_import_speed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="riskpoint",
            name="current_level",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="risks.level",
                verbose_name="current level",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="department",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="risk_points",
                to="positions.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="department_head",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="department head",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="direct_holder",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="directly responsible",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="initial_level",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="risks.level",
                verbose_name="initial level",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="position",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="risk_points",
                to="positions.position",
                verbose_name="position",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="responsible_leader",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible leader",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="risk_points",
                to="positions.unit",
                verbose_name="unit",
            ),
        ),
        operations.AddTrigger(
            model_name="riskpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF EXISTS (\n    WITH wanted (id) AS (SELECT DISTINCT unit_id FROM new_rows),\n    held AS MATERIALIZED (SELECT p.id FROM positions_unit p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_unit does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS (SELECT DISTINCT department_id FROM new_rows),\n    held AS MATERIALIZED (SELECT p.id FROM positions_department p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_department does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS (SELECT DISTINCT position_id FROM new_rows),\n    held AS MATERIALIZED (SELECT p.id FROM positions_position p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_position does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS (SELECT DISTINCT initial_level_id FROM new_rows UNION SELECT DISTINCT current_level_id FROM new_rows),\n    held AS MATERIALIZED (SELECT p.id FROM risks_level p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that risks_level does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS (SELECT DISTINCT responsible_leader_id FROM new_rows UNION SELECT DISTINCT department_head_id FROM new_rows UNION SELECT DISTINCT direct_holder_id FROM new_rows),\n    held AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that accounts_user does not have', TG_TABLE_NAME);\nEND IF;\nRETURN NULL;",
                    hash="cea54c27d05bee092952410a321d14e112b69f50",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_references_of_new_d5b2d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="risks_riskpoint",
                    when="AFTER",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="riskpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF EXISTS (\n    WITH wanted (id) AS ((SELECT unit_id FROM new_rows EXCEPT SELECT unit_id FROM old_rows)),\n    held AS MATERIALIZED (SELECT p.id FROM positions_unit p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_unit does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS ((SELECT department_id FROM new_rows EXCEPT SELECT department_id FROM old_rows)),\n    held AS MATERIALIZED (SELECT p.id FROM positions_department p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_department does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS ((SELECT position_id FROM new_rows EXCEPT SELECT position_id FROM old_rows)),\n    held AS MATERIALIZED (SELECT p.id FROM positions_position p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that positions_position does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS ((SELECT initial_level_id FROM new_rows EXCEPT SELECT initial_level_id FROM old_rows) UNION (SELECT current_level_id FROM new_rows EXCEPT SELECT current_level_id FROM old_rows)),\n    held AS MATERIALIZED (SELECT p.id FROM risks_level p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that risks_level does not have', TG_TABLE_NAME);\nEND IF;\n\nIF EXISTS (\n    WITH wanted (id) AS ((SELECT responsible_leader_id FROM new_rows EXCEPT SELECT responsible_leader_id FROM old_rows) UNION (SELECT department_head_id FROM new_rows EXCEPT SELECT department_head_id FROM old_rows) UNION (SELECT direct_holder_id FROM new_rows EXCEPT SELECT direct_holder_id FROM old_rows)),\n    held AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id IN (SELECT id FROM wanted) FOR KEY SHARE)\n    SELECT FROM wanted WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM held WHERE held.id = wanted.id)\n) THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that accounts_user does not have', TG_TABLE_NAME);\nEND IF;\nRETURN NULL;",
                    hash="e694ad6e84271daae3036a7478e78d38278c2177",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_references_of_changed_dee00",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="risks_riskpoint",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(*KEPT),
    ]
