"""Gunicorn's settings for every installation (`--config python:config.web_server`).

The access log says what was asked for, when and how it ended, never from where, by which browser, from which page or with which words after
the question mark: a reporter who uses the public page must not be found by the style sheets that came with it (ADR 0010), and search words
are content. Who signed in and did what, and from which address, stands in the audit trail.
"""

accesslog = "-"
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
