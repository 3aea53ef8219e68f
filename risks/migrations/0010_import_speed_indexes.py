"""Indexes that an import fills with nothing.

The keys that most points and measures do not have (power item, step, rule, proof, people of the completion) are indexed where they are
there: PostgreSQL uses such an index for every search by key. The date of history is no search of ours (see 0004). In the database
alone, under the names that Django gave them.
"""

from django.db import migrations

ONLY_WHERE_THERE = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT c.relname AS name, t.relname AS owner, a.attname AS key FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid IN ('risks_riskpoint'::regclass, 'risks_measure'::regclass)
        AND i.indnatts = 1 AND NOT i.indisunique AND i.indpred IS NULL AND NOT a.attnotnull AND a.atttypid = 'bigint'::regtype
    LOOP
        EXECUTE format('DROP INDEX %I', found.name);
        EXECUTE format('CREATE INDEX %I ON %I (%I) WHERE %I IS NOT NULL', found.name, found.owner, found.key, found.key);
    END LOOP;
    FOR found IN
        SELECT i.indexrelid::regclass AS name FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid IN ('risks_historicalriskpoint'::regclass, 'risks_historicalmeasure'::regclass) AND a.attname = 'history_date'
    LOOP
        EXECUTE format('DROP INDEX %s', found.name);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("risks", "0009_counted_by_leader")]

    operations = [migrations.RunSQL(ONLY_WHERE_THERE, migrations.RunSQL.noop)]
