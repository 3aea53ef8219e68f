#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses the servers of `make run`, starting them when they are down."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")) and not os.environ.get("LIANFANG_TESTING"):
        from config.embedded import prepare_environment

        prepare_environment()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
