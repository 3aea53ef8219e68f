"""History of points and measures is read by the row's own key and nothing else; twenty more indexes only make writing slow.

simple-history gives every copied foreign key an index. They are dropped in the database alone: Django's state keeps them, so no later
migration brings them back by surprise.
"""

from django.db import migrations

DROP = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT i.indexrelid::regclass AS name FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid IN ('risks_historicalriskpoint'::regclass, 'risks_historicalmeasure'::regclass)
        AND NOT i.indisprimary AND i.indnkeyatts = 1 AND a.attname NOT IN ('id', 'history_date')
    LOOP
        EXECUTE format('DROP INDEX %s', found.name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("risks", "0003_register_indexes")]

    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
