"""One index for the points of a department and of a position, and one look less at the points that new measures belong to (ADR 0013)."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("positions", "0003_poweritem_state"),
        ("risks", "0014_lasting_points"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="references_of_new",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_position",
        ),
        migrations.RemoveIndex(
            model_name="riskpoint",
            name="risk_by_department",
        ),
        migrations.AddIndex(
            model_name="riskpoint",
            index=models.Index(fields=["department", "position"], name="risk_by_department"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="references_of_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE missing text;",
                    func="\nWITH given AS MATERIALIZED (SELECT DISTINCT rule_id, proof_id, who_id, done_by_id, confirmed_by_id FROM new_rows),\nwanted_1 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT risk_id FROM new_rows) k (id) WHERE k.id IS NOT NULL),\nheld_1 AS MATERIALIZED (SELECT p.id FROM risks_riskpoint p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_1))),\nwanted_2 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT rule_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_2 AS MATERIALIZED (SELECT p.id FROM positions_rule p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_2)) FOR KEY SHARE),\nwanted_3 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT proof_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_3 AS MATERIALIZED (SELECT p.id FROM common_storedfile p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_3)) FOR KEY SHARE),\nwanted_4 (id) AS MATERIALIZED (SELECT DISTINCT k.* FROM (SELECT who_id FROM given UNION SELECT done_by_id FROM given UNION SELECT confirmed_by_id FROM given) k (id) WHERE k.id IS NOT NULL),\nheld_4 AS MATERIALIZED (SELECT p.id FROM accounts_user p WHERE p.id = ANY (ARRAY(SELECT id FROM wanted_4)) FOR KEY SHARE)\nSELECT lacking.name INTO missing FROM (\n    SELECT 'risks_riskpoint' WHERE (SELECT count(*) FROM wanted_1) <> (SELECT count(*) FROM held_1)\n    UNION ALL SELECT 'positions_rule' WHERE (SELECT count(*) FROM wanted_2) <> (SELECT count(*) FROM held_2)\n    UNION ALL SELECT 'common_storedfile' WHERE (SELECT count(*) FROM wanted_3) <> (SELECT count(*) FROM held_3)\n    UNION ALL SELECT 'accounts_user' WHERE (SELECT count(*) FROM wanted_4) <> (SELECT count(*) FROM held_4)\n) lacking (name) LIMIT 1;\nIF missing IS NOT NULL THEN\n    RAISE foreign_key_violation USING MESSAGE = format('%s refers to a row that %s does not have', TG_TABLE_NAME, missing);\nEND IF;\nRETURN NULL;",
                    hash="fdf22988ab46eed3035a49a8fab5ebeb52686a4b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_references_of_new_40789",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="risks_measure",
                    when="AFTER",
                ),
            ),
        ),
    ]
