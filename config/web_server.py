"""Gunicorn's settings for every installation (`--config python:config.web_server`).

The access log says what was asked for, when and how it ended, never from where, by which browser, from which page or with which words after
the question mark: a reporter who uses the public page must not be found by the style sheets that came with it (ADR 0010), and search words
are content. Who signed in and did what, and from which address, stands in the audit trail.

Processes of one thread each: threads of one process wait for each other after every statement, which cost a sixth of all pages answered
(benchmarks/throughput.py). Each keeps what it has put together for the people it serves (common/prepared.py), so there are no more of them
than keep the processors busy. Slow senders and readers are the proxy's, which stands before this port (docs/operators.md).
"""

import os

workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * (os.cpu_count() or 1) + 1, 17))
threads = 1

accesslog = "-"
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
