"""What gunicorn serves in benchmarks: the product with the empty page beside its own."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from django.conf import settings

from config.wsgi import application  # noqa: F401

settings.ROOT_URLCONF = "benchmarks.urls"
