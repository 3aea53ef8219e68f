"""All settings, read from the environment; docs/operators.md lists every variable.

One file on purpose: what differs between trying out, testing and serving is a value, never a module.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = env.bool("LIANFANG_TESTING", default=False)
DEBUG = env.bool("DEBUG", default=False)
# A demo installation prints its passwords and does not ask for a second factor; never set it for a real unit.
DEMO = env.bool("LIANFANG_DEMO", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="only-for-tests-and-tools-0123456789-abcdefghijklmnopqrstuv" if TESTING else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (50 random characters or more); `make run` keeps one of its own.")
# Encrypt leads, reporters' identities and their files (common.encrypted); the first encrypts, all decrypt. No use without: system check.
LEADS_KEYS = env.list("LEADS_KEYS", default=["only-for-tests-0123456789-ABCDEFGHIJKLMNOPQ="] if TESTING else [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# What is kept outside the database: uploads, finished files, audit anchors.
DATA_DIR = Path(env.str("LIANFANG_DATA_DIR", default=str(BASE_DIR / ".lianfang" / "data")))
MEDIA_ROOT = DATA_DIR / "files"
# Keys of the urns of open appraisals (common.key_files, ADR 0014).
BALLOT_KEY_DIR = DATA_DIR / "ballot-keys"
AUDIT_ANCHOR_DIR = Path(env.str("AUDIT_ANCHOR_DIR", default=str(DATA_DIR / "anchors")))

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "demo.apps.DemoConfig",
    "web.apps.WebConfig",
    "reporting.apps.ReportingConfig",
    "talks.apps.TalksConfig",
    "deadlines.apps.DeadlinesConfig",
    "leads.apps.LeadsConfig",
    "risks.apps.RisksConfig",
    "early_warnings.apps.WarningsConfig",
    "assessments.apps.AssessmentsConfig",
    "regrading.apps.RegradingConfig",
    "education.apps.EducationConfig",
    "api.apps.ApiConfig",
    "positions.apps.PositionsConfig",
    "notifications.apps.NotificationsConfig",
    "audit.apps.AuditConfig",
    "jobs.apps.JobsConfig",
    "accounts.apps.AccountsConfig",
    "common.apps.CommonConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "pgtrigger",
    "simple_history",
    "treebeard",
]

MIDDLEWARE = [
    "common.middleware.HeadersMiddleware",
    "common.unwatched.UnwatchedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "web.duties.AccountDutiesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "audit.middleware.AuditMiddleware",
    "web.middleware.ErrorPagesMiddleware",
]

# How often another system may ask the interface with one token (ADR 0022).
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=300)
# Pages on which nobody is recognised: no session, no user, no address (common.unwatched, ADR 0010).
UNWATCHED_PATHS = ("/leads/public/", "/assessments/answer/")
# Pages on which secret ballots are given: the time of a session's last request is kept coarsely, and never that of a vote (ADR 0014).
UNTIMED_PATHS = ("/assessments/rating/",)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context_processors.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "common.templatetags.ui"],
        },
    },
]

# ---- PostgreSQL and the Redis protocol, everywhere ------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://lianfang@localhost/lianfang")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 0 if TESTING else 300,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,  # services open their own transactions; a refusal is audited after the rollback
    # Jobs read large tables through server-side cursors of their own; a pooler in transaction mode cannot hold them.
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("DISABLE_SERVER_SIDE_CURSORS", default=False),
}
DATABASES["default"].setdefault("TEST", {})["NAME"] = env.str("LIANFANG_TEST_DB", default="test_lianfang")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "lf",
    }
}

# ---- Jobs (quality.md 8: with these, a killed child loses nothing and a killed worker's tasks come back) --------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 960}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# ---- Sign-in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffNumberBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:start"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_number"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# The key of failed sign-ins is account *and* address (accounts.adapters): by account alone, anyone could keep a colleague out.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/300s/key", "change_password": "5/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Lianfang"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not (DEMO or TESTING))

PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=10)
# 等保 asks for composition and rotation, ASVS advises against them: docs/adr/0005.
PASSWORD_COMPOSITION = env.bool("PASSWORD_COMPOSITION", default=True)
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=90)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.validators.CompositionValidator"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = min(env.int("SESSION_IDLE_SECONDS", default=1800), 1800)
SESSION_ABSOLUTE_SECONDS = min(env.int("SESSION_ABSOLUTE_SECONDS", default=43200), 43200)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# ---- Transport and headers (the content policy is in common.middleware) ----------------------------------------------
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# common.middleware.HeadersMiddleware sets the frame header, on errors and static files as well.
SILENCED_SYSTEM_CHECKS = ["security.W002"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front of us may be believed about the visitor's address (0: none).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# ---- Language, time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["common.formats"]

# ---- Static files: our own host, no CDN ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / ".lianfang" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
# Else every client of a test begins by listing all static files; looked up when asked for, they are the same.
WHITENOISE_AUTOREFRESH = TESTING

# ---- Files in ---------------------------------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_PERMISSIONS = 0o640

# ---- Mail ---------------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="lianfang@localhost")
EMAIL_TIMEOUT = 20
# Whether people are told by e-mail too; where no mail server is set, none are written down to wait for one.
NOTICES_BY_EMAIL = env.bool("NOTICES_BY_EMAIL", default=EMAIL_CONFIG["EMAIL_BACKEND"].endswith("smtp.EmailBackend"))
# Where e-mails and robots send people to.
SITE_URL = env.str("SITE_URL", default=CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://localhost:8000").rstrip("/")

# ---- Lists --------------------------------------------------------------------------------------------------------------
PAGE_SIZE = 50
DJANGO_TABLES2_TEMPLATE = "components/table.html"
EXPORT_INLINE_ROWS = 2000  # longer exports run as a job, see jobs/

SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # At DEBUG Pillow writes out what cameras put into the pictures of reporters.
    # Apprise and urllib3 write the addresses of robots, which are as good as passwords, and what was sent.
    "loggers": {"PIL": {"level": "WARNING"}, "apprise": {"level": "CRITICAL"}, "urllib3": {"level": "WARNING"}},
}
