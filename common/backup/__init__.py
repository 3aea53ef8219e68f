"""One encrypted file with everything an installation keeps: `manage.py backup` makes it, `manage.py restore` reads it.

`sealed` encrypts, `archive` knows what lies inside, `programs` runs pg_dump and pg_restore, `making` and `restoring` put them together.
All of it streams: memory does not grow with the database, and no plain text touches the disk on the way out.
"""
