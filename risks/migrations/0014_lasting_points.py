"""Points are removed so seldom that a measure does not lock its own: who removes points waits for all who write measures (ADR 0013).
Those of a department are found by an index of departments alone."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from common.references import guard_against_removal

KEPT = {"risks_riskpoint": ("risk_id",)}
OLD_GUARD, OLD_GUARD_AWAY = guard_against_removal("risks_measure", KEPT)
GUARD, GUARD_AWAY = guard_against_removal("risks_measure", KEPT, lasting=KEPT)


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0003_poweritem_state"),
        ("risks", "0013_import_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLD_GUARD_AWAY + GUARD, GUARD_AWAY + OLD_GUARD),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="references_of_new",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="references_of_changed",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_department",
        ),
        migrations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["department"], name="risk_by_department"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT DISTINCT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT risk_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM risks_riskpoint p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1))),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT rule_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_rule p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT proof_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM common_storedfile p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT who_id FROM given UNION SELECT done_by_id FROM given UNION SELECT confirmed_by_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'risks_riskpoint' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_rule' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'common_storedfile' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="e1d3c5dce3a7ed4f79421c790b58ab96e57b0c5f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_references_of_new_40789",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="risks_measure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows EXCEPT SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM old_rows),\nbefore AS MATERIALIZED (SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM old_rows EXCEPT SELECT risk_id, rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT risk_id FROM given EXCEPT SELECT risk_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM risks_riskpoint p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1))),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT rule_id FROM given EXCEPT SELECT rule_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_rule p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT proof_id FROM given EXCEPT SELECT proof_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM common_storedfile p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM ((SELECT who_id FROM given EXCEPT SELECT who_id FROM before) UNION (SELECT done_by_id FROM given EXCEPT SELECT done_by_id FROM before) UNION (SELECT confirmed_by_id FROM given EXCEPT SELECT confirmed_by_id FROM before)) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'risks_riskpoint' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_rule' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'common_storedfile' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="1c6ebb77eb28e58b5eca1704cd0a1b642467b1f1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_references_of_changed_c4771",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="risks_measure",
                    when="AFTER",
                ),
            ),
        ),
    ]
