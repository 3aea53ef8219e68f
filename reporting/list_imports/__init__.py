"""Lists brought in from Excel in one way: template, proposed mapping, dry run, all or nothing, undo (issue E, ADR 0025).

What a list is, is said in `kinds/`; everything else is the same for all. Rows are written by the services of the app they belong to.
"""
