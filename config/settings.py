"""All settings, in one file. What differs per installation comes from the environment (see README)."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config.database import database_settings
from config.env import envbool, envint, envlist, envpath, envsecret, envstr

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = envpath("DOSSIERWACHT_VAR", BASE_DIR / "var")

DEBUG = envbool("DEBUG")
DEMO = envbool("DEMO")
SECRET_KEY = envsecret("SECRET_KEY", "alleen-voor-de-demo" if DEBUG else "")
PLATFORM_HOSTS = envlist("PLATFORM_HOSTS", "localhost,127.0.0.1")
ALLOWED_HOSTS = envlist("ALLOWED_HOSTS", "localhost,127.0.0.1,.localhost")
CSRF_TRUSTED_ORIGINS = envlist("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "csp",
    "bureaus",
    "journal",
    "vault",
    "access",
    "clients",
    "dossiers",
    "consent",
    "retention",
    "requests",
    "overviews",
    "portal",
    "demo",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.SafeHeaders",
    "config.middleware.DatabaseOpen",
    "django.middleware.common.CommonMiddleware",
    "bureaus.middleware.BureauByHost",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "access.middleware.WhoActs",
    "journal.middleware.Refusals",
    "access.middleware.DemandMFA",
    "access.middleware.DemandDeclarations",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.OwnNotFound",
    "config.middleware.OwnNotAllowed",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bureaus.context_processors.bureau",
                "overviews.context_processors.navigation",
            ],
            "builtins": ["bureaus.templatetags.words", "bureaus.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -------------------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(envsecret("DATABASE_URL", ""))}
# With the middleware's own transaction around it: a failing view rolls back, the refusal's journal line stays.
DATABASES["default"]["ATOMIC_REQUESTS"] = True
# For `backup` and `restore` alone; web and workers have no use for them.
BACKUP_DATABASE_URL = envsecret("BACKUP_DATABASE_URL", "")
OWNER_DATABASE_URL = envsecret("OWNER_DATABASE_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = envsecret("REDIS_URL", "")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# Sessions in Redis, not in a table: a session key that SQL can read is a login that SQL can steal.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"

MEDIA_ROOT = envpath("MEDIA_ROOT", VAR / "media")
KEYRING = envpath("KEYRING", VAR / "keyring")
# Base64 of 32 bytes; without it the keyring makes and keeps its own.
MASTER_KEY = envsecret("MASTER_KEY", "")
KEYRING_CLASS = envstr("KEYRING_CLASS", "vault.keyring.DirectoryKeyring")
_SEALED_BACKEND = envstr("SEALED_STORAGE", "django.core.files.storage.FileSystemStorage")
_S3: dict[str, Any] = {
    "bucket_name": envstr("S3_BUCKET", "dossierwacht"),
    "endpoint_url": envstr("S3_ENDPOINT", "") or None,
    "access_key": envsecret("S3_ACCESS_KEY", "") or None,
    "secret_key": envsecret("S3_SECRET_KEY", "") or None,
    "file_overwrite": False,
    "querystring_expire": 60,
}
if "s3" in _SEALED_BACKEND:
    from boto3.s3.transfer import TransferConfig

    # One part of 5 MiB in memory at a time, and downloads on disk (as ciphertext): measured on 200 MB, the
    # defaults cost 40 MB to store and 238 MB to read, these 13.
    _S3["max_memory_size"] = 1024 * 1024
    _S3["transfer_config"] = TransferConfig(
        multipart_threshold=5 * 2**20, multipart_chunksize=5 * 2**20, use_threads=False
    )
_DISK = {"location": MEDIA_ROOT, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
_STORE: dict[str, Any] = {"BACKEND": _SEALED_BACKEND, "OPTIONS": _S3 if "s3" in _SEALED_BACKEND else _DISK}
STORAGES: dict[str, dict[str, Any]] = {
    "default": _STORE,  # logos of bureaus alone (bureaus/logos.py)
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "sealed": _STORE,
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_URL = "/static/"
STATIC_ROOT = envpath("STATIC_ROOT", BASE_DIR / "build" / "collected")
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
WHITENOISE_USE_FINDERS = DEBUG
mimetypes.add_type("text/javascript", ".mjs", strict=True)
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["dossiers.documents.upload.BoundedUpload"]

# --- who ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["access.backends.BureauBackend", "guardian.backends.ObjectPermissionBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GUARDIAN_AUTO_PREFETCH = False
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "access.adapters.AccountAdapter"
MFA_ADAPTER = "access.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reaches people by the address it proves
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Beside allauth's own: a calendar that asks at an address that is nobody's, and one whose address is right; a link that
# opens nothing (any more), and how often it is noted that it was tried.
ACCOUNT_RATE_LIMITS = {
    "calendar_unknown": "20/m/ip", "calendar": "60/h/key", "fetch_gone": "20/m/ip", "fetch_noted": "1/h/key",
}  # fmt: skip
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if envbool("BEHIND_PROXY") else 0
USERSESSIONS_TRACK_ACTIVITY = False  # two queries on every request; access.middleware does it every five minutes
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "Dossierwacht"
MFA_TOTP_TOLERANCE = 1  # the code before and after too: who types slowly, or whose telephone is half a minute off
MFA_FORMS = {
    "authenticate": "access.mfa_forms.CodeForm",
    "reauthenticate": "access.mfa_forms.CodeAgainForm",
    "authenticate_webauthn": "access.mfa_forms.PasskeyForm",
    "login_webauthn": "access.mfa_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "access.mfa_forms.PasskeyAgainForm",
    "activate_totp": "access.mfa_forms.NewAppForm",
    "add_webauthn": "access.mfa_forms.NewPasskeyForm",
    "edit_webauthn": "access.mfa_forms.PasskeyNameForm",
}
MFA_REQUIRED = envbool("MFA_REQUIRED", True)
# Addresses that need no second factor; only the demo's own.
MFA_EXEMPT_DOMAINS = ["test"] if DEMO and DEBUG else []

SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
# Messages name people and files: with the session, not in a cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SECURE_SSL_REDIRECT = not DEBUG and envbool("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 0 if DEBUG else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if envbool("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- work -----------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = f"redis+socket://{REDIS_URL[7:]}" if REDIS_URL.startswith("unix://") else REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "unacked_restore_throttle": 1}
CELERY_TIMEZONE = "Europe/Amsterdam"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "seal-journals": {"task": "journal.tasks.seal_all", "schedule": 60.0},
    # Once a night per bureau; asked every hour, so that a night without workers is made up for.
    "check-journals": {"task": "journal.tasks.check_all", "schedule": 3600.0},
    "find-signals": {"task": "overviews.tasks.find_signals", "schedule": 3600.0},
    "tell-of-signals": {"task": "overviews.tasks.tell_of_signals", "schedule": 3600.0},
    "heartbeat": {"task": "config.tasks.heartbeat", "schedule": 30.0},
    "archive-grants": {"task": "access.tasks.archive_expired_grants", "schedule": 300.0},
    "lapse-requests": {"task": "access.tasks.lapse_requests", "schedule": 3600.0},
    "remind-to-sign": {"task": "access.tasks.remind_to_sign", "schedule": 3600.0 * 6},
    "send-mails": {"task": "access.tasks.send_due_mails", "schedule": 60.0},
    "remind-reviews": {"task": "access.tasks.remind_reviews", "schedule": 3600.0},
    "escalate-emergencies": {"task": "access.tasks.escalate_emergencies", "schedule": 3600.0},
    # Rung when a list is approved; asked every minute for what has cooled off, and what a killed worker left.
    "run-destruction-lists": {"task": "retention.execution_tasks.run_lists", "schedule": 60.0},
    # Rung when one is begun; asked for what a killed worker left.
    "pack-transfers": {"task": "retention.transfer_tasks.pack_transfers", "schedule": 60.0},
    # Rung when one is asked; asked for what a killed worker left. What stood ready long enough goes.
    "make-bundles": {"task": "requests.bundle_tasks.make_bundles", "schedule": 60.0},
    "expire-bundles": {"task": "requests.bundle_tasks.expire_bundles", "schedule": 3600.0},
    # Rung when one is sent; asked for what a killed worker left. What was not fetched in time goes.
    "pack-disclosures": {"task": "consent.disclosure_tasks.pack_disclosures", "schedule": 60.0},
    "expire-disclosures": {"task": "consent.disclosure_tasks.expire_disclosures", "schedule": 3600.0},
    "follow-reglementen": {"task": "dossiers.tasks.follow_reglementen", "schedule": 60.0},
    "follow-machtigingen": {"task": "dossiers.tasks.follow_machtigingen", "schedule": 900.0},
    # Each reminder once, whatever is asked twice; what a standstill of beat passed over comes at once.
    "remind-requests": {"task": "requests.tasks.remind", "schedule": 3600.0},
    # The reglement to who was registered lately; nobody gets it twice.
    "hand-out-reglement": {"task": "consent.handing_out_tasks.hand_out", "schedule": 900.0},
    # Once for each day that was chosen to follow a question up.
    "remind-questions": {"task": "consent.information_tasks.remind_questions", "schedule": 3600.0},
    # Once for each end of each agreement, whatever is asked twice.
    "warn-agreements": {"task": "consent.handing_out_tasks.warn_agreements", "schedule": 3600.0},
    # Once a day per bureau, like the check of the journals.
    "retention-nightly": {"task": "retention.tasks.nightly", "schedule": 3600.0},
}

# --- words ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = USE_TZ = True

# Scheme and port of links in mails; the host is the bureau's own.
PUBLIC_URL = envstr("PUBLIC_URL", "http://localhost:8000" if DEBUG else "https://localhost")
EMAIL_BACKEND = envstr(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend" if DEBUG else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = envstr("EMAIL_HOST", "localhost")
EMAIL_PORT = envint("EMAIL_PORT", 25)
EMAIL_HOST_USER = envstr("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = envsecret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = envbool("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = envstr("DEFAULT_FROM_EMAIL", "niet-antwoorden@dossierwacht.test")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "config.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_tokens"]}},
    "loggers": {
        # They tell of every page that they make.
        **{name: {"level": "WARNING"} for name in ("weasyprint", "pikepdf", "fontTools")},
        # Not by Django's own handlers, which write an address as it was asked for.
        "django": {"level": "INFO", "handlers": []},
        "django.server": {"level": "INFO", "handlers": [], "propagate": True},
    },
    "root": {"handlers": ["console"], "level": envstr("LOG_LEVEL", "INFO")},
}
