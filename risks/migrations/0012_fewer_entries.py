"""An import writes fewer index entries, checks fewer keys one by one, and says less of what is the same for all its rows (ADR 0013).

The state leaves the keys of the register's indexes (it is read from the entries); the whole list, sources and categories are read in the
order of numbers from the index that keeps numbers unique; all keys of points and measures are checked for all rows of a statement at once.
The defaults are in the database alone, for COPY: whatever Django writes, it writes whole.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from common import migration_operations as operations
from common.references import guard_against_removal

OLD_GUARD = "DROP TRIGGER risks_riskpoint_keeps_risks_level ON risks_level; DROP FUNCTION risks_riskpoint_keeps_risks_level();"
KEPT_BY_POINTS = guard_against_removal(
    "risks_riskpoint",
    {
        "risks_level": ("initial_level_id", "current_level_id", "target_level_id"),
        "positions_poweritem": ("power_item_id",),
        "positions_flowstep": ("flow_step_id",),
    },
)
KEPT_BY_MEASURES = guard_against_removal(
    "risks_measure",
    {
        "risks_riskpoint": ("risk_id",),
        "positions_rule": ("rule_id",),
        "common_storedfile": ("proof_id",),
        "accounts_user": ("who_id", "done_by_id", "confirmed_by_id"),
    },
)
OLD_GUARD_AGAIN = guard_against_removal("risks_riskpoint", {"risks_level": ("initial_level_id", "current_level_id")})[0]
DEFAULTS = {
    "risks_riskpoint": {
        "state": "'registered'", "found_by": "''", "method": "''", "answers": "'{}'", "is_shared": "false", "version": "1",
        "created_at": "now()", "updated_at": "now()",
    },
    "risks_measure": {"state": "'planned'", "proof_note": "''", "version": "1", "created_at": "now()", "updated_at": "now()"},
}  # fmt: skip
COLUMNS = [(table, column, value) for table, columns in DEFAULTS.items() for column, value in columns.items()]
WITH_DEFAULTS = "".join(f"ALTER TABLE {table} ALTER {column} SET DEFAULT {value};" for table, column, value in COLUMNS)
WITHOUT_DEFAULTS = "".join(f"ALTER TABLE {table} ALTER {column} DROP DEFAULT;" for table, column, _value in COLUMNS)


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_initial"),
        ("positions", "0003_poweritem_state"),
        ("risks", "0011_waiting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="riskpoint",
            name="references_of_new",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="riskpoint",
            name="references_of_changed",
        ),
        migrations.RemoveConstraint(
            model_name="riskpoint",
            name="risks_riskpoint_number",
        ),
        migrations.RemoveIndex(
            model_name="measure",
            name="measure_due",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_search",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_list",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_level",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_date",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_department",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_position",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_aspect",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_category",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_major_matter",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_leader",
        ),
        migrations.AlterField(
            model_name="measure",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="proof",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="common.storedfile",
                verbose_name="file",
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="risk",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="risks.riskpoint",
                verbose_name="risk point",
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="%(class)ss",
                to="positions.rule",
                verbose_name="rule",
            ),
        ),
        migrations.AlterField(
            model_name="measure",
            name="who",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who does it",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="flow_step",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="%(class)ss",
                to="positions.flowstep",
                verbose_name="flow step",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="power_item",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="positions.poweritem",
                verbose_name="power item",
            ),
        ),
        migrations.AlterField(
            model_name="riskpoint",
            name="target_level",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="risks.level",
                verbose_name="target level",
            ),
        ),
        operations.AddIndex(
            model_name="measure",
            index=models.Index(condition=models.Q(("due_on__isnull", False), ("state", "planned")), fields=["due_on"], name="measure_due"),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["unit", "current_level", "number"], include=("id", "state"), name="risk_by_level"),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["unit", "registered_on", "number"], include=("id", "state"), name="risk_by_date"),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["department", "number"], include=("id", "state", "current_level"), name="risk_by_department"),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["position", "number"], include=("id", "state", "current_level"), name="risk_by_position"),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(
                fields=["responsible_leader", "number"], include=("id", "state", "unit", "current_level"), name="risk_by_leader"
            ),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=models.Index(
                condition=models.Q(("major_matter", ""), _negated=True),
                fields=["unit", "major_matter", "number"],
                include=("id", "state"),
                name="risk_by_major_matter",
            ),
        ),
        operations.AddIndex(
            model_name="riskpoint",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("search__isnull", False)), fields=["search"], name="risk_search"
            ),
        ),
        operations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT DISTINCT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT risk_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM risks_riskpoint p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1)) FOR KEY SHARE),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT rule_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_rule p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT proof_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM common_storedfile p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT who_id FROM given UNION SELECT done_by_id FROM given UNION SELECT confirmed_by_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'risks_riskpoint' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_rule' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'common_storedfile' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="fbddaa40b20110a8ac85c646f7c06bee8cb8743b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_references_of_new_40789",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="risks_measure",
                    when="AFTER",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows EXCEPT SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM old_rows),\nbefore AS MATERIALIZED (SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM old_rows EXCEPT SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT risk_id FROM given EXCEPT SELECT risk_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM risks_riskpoint p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1)) FOR KEY SHARE),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT rule_id FROM given EXCEPT SELECT rule_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_rule p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT proof_id FROM given EXCEPT SELECT proof_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM common_storedfile p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT who_id FROM given EXCEPT SELECT who_id FROM before) UNION (SELECT done_by_id FROM given EXCEPT SELECT done_by_id FROM before) UNION (SELECT confirmed_by_id FROM given EXCEPT SELECT confirmed_by_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'risks_riskpoint' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_rule' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'common_storedfile' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="de9f1424e1bb106e5561e02232d709fd7ac6fe9e",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_references_of_changed_c4771",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="risks_measure",
                    when="AFTER",
                ),
            ),
        ),
        operations.AddTrigger(
            model_name="riskpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT DISTINCT unit_id, department_id, position_id, power_item_id, flow_step_id, initial_level_id, current_level_id, target_level_id, responsible_leader_id, department_head_id, direct_holder_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT unit_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM positions_unit p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1)) FOR KEY SHARE),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT department_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_department p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT position_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM positions_position p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT power_item_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM positions_poweritem p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE),\nwanted_5 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT flow_step_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_5 AS MATERIALIZED (SELECT p.id FROM positions_flowstep p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_5)) FOR KEY SHARE),\nwanted_6 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT initial_level_id FROM given UNION SELECT current_level_id FROM given UNION SELECT target_level_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_6 AS MATERIALIZED (SELECT p.id FROM risks_level p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_6)) FOR KEY SHARE),\nwanted_7 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT responsible_leader_id FROM given UNION SELECT department_head_id FROM given UNION SELECT direct_holder_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_7 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_7)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'positions_unit' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_department' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'positions_position' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'positions_poweritem' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n    UNION ALL SELECT 'positions_flowstep' WHERE (SELECT count(*) FROM wanted_5) <> (SELECT count(*) FROM held_5)\n    UNION ALL SELECT 'risks_level' WHERE (SELECT count(*) FROM wanted_6) <> (SELECT count(*) FROM held_6)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_7) <> (SELECT count(*) FROM held_7)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="17e7c802c32034235187f9a2b4c414c16509c424",
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
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT unit_id, department_id, position_id, power_item_id, flow_step_id, initial_level_id, current_level_id, target_level_id, responsible_leader_id, department_head_id, direct_holder_id FROM new_rows EXCEPT SELECT unit_id, department_id, position_id, power_item_id, flow_step_id, initial_level_id, current_level_id, target_level_id, responsible_leader_id, department_head_id, direct_holder_id FROM old_rows),\nbefore AS MATERIALIZED (SELECT unit_id, department_id, position_id, power_item_id, flow_step_id, initial_level_id, current_level_id, target_level_id, responsible_leader_id, department_head_id, direct_holder_id FROM old_rows EXCEPT SELECT unit_id, department_id, position_id, power_item_id, flow_step_id, initial_level_id, current_level_id, target_level_id, responsible_leader_id, department_head_id, direct_holder_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT unit_id FROM given EXCEPT SELECT unit_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM positions_unit p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1)) FOR KEY SHARE),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT department_id FROM given EXCEPT SELECT department_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_department p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT position_id FROM given EXCEPT SELECT position_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM positions_position p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT power_item_id FROM given EXCEPT SELECT power_item_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM positions_poweritem p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE),\nwanted_5 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT flow_step_id FROM given EXCEPT SELECT flow_step_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_5 AS MATERIALIZED (SELECT p.id FROM positions_flowstep p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_5)) FOR KEY SHARE),\nwanted_6 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT initial_level_id FROM given EXCEPT SELECT initial_level_id FROM before) UNION (SELECT current_level_id FROM given EXCEPT SELECT current_level_id FROM before) UNION (SELECT target_level_id FROM given EXCEPT SELECT target_level_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_6 AS MATERIALIZED (SELECT p.id FROM risks_level p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_6)) FOR KEY SHARE),\nwanted_7 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT responsible_leader_id FROM given EXCEPT SELECT responsible_leader_id FROM before) UNION (SELECT department_head_id FROM given EXCEPT SELECT department_head_id FROM before) UNION (SELECT direct_holder_id FROM given EXCEPT SELECT direct_holder_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_7 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_7)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'positions_unit' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_department' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'positions_position' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'positions_poweritem' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n    UNION ALL SELECT 'positions_flowstep' WHERE (SELECT count(*) FROM wanted_5) <> (SELECT count(*) FROM held_5)\n    UNION ALL SELECT 'risks_level' WHERE (SELECT count(*) FROM wanted_6) <> (SELECT count(*) FROM held_6)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_7) <> (SELECT count(*) FROM held_7)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="c05c4abf215090e7840651e2594d82af3040934a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_references_of_changed_dee00",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="risks_riskpoint",
                    when="AFTER",
                ),
            ),
        ),
        operations.AddConstraint(
            model_name="riskpoint",
            constraint=models.UniqueConstraint(
                fields=("unit", "number"), include=("id", "state", "aspect", "power_category"), name="risks_riskpoint_number"
            ),
        ),
        migrations.RunSQL(OLD_GUARD, OLD_GUARD_AGAIN),
        migrations.RunSQL(*KEPT_BY_POINTS),
        migrations.RunSQL(*KEPT_BY_MEASURES),
        migrations.RunSQL(WITH_DEFAULTS, WITHOUT_DEFAULTS),
    ]
