"""Settings of Django. All that differs between desks lies in one folder, named by `DESK_FOLDER`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from clausewise.desk.site.configuration import SECRETS, configuration_of, secret_in
from clausewise.desk.site.database import database_of
from clausewise.dsl.files.reading import read_bytes

FOLDER = Path(os.environ.get("DESK_FOLDER", "desk-data")).absolute()
"""Where the database, the keys and the configuration of a desk lie."""
SECRET = FOLDER / "secret.key"
SIGNING_KEY = FOLDER / "signing.pem"
FORMS = FOLDER / "forms"
EVIDENCE = FOLDER / "evidence"
HEADS = FOLDER / "heads"


_found = configuration_of(FOLDER)
ADDRESS = _found.address or f"http://127.0.0.1:{os.environ.get('DESK_PORT', '8100')}"
"""Under which browsers reach the desk: the proxy's, if there is one."""
EVIDENCE_MIB, SCAN = _found.evidence_mib, _found.scan
DECIDED_BY, KEEP_DAYS, TARGET_DAYS = _found.decided_by, _found.keep_days, _found.target_days
_is_safe = urlsplit(ADDRESS).scheme == "https"

# without the file, sessions end with the process, and nobody else can know the key
SECRET_KEY = read_bytes(SECRET).decode().strip() if SECRET.exists() else get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = [urlsplit(ADDRESS).hostname or "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [ADDRESS] if _is_safe else []
ROOT_URLCONF = "clausewise.desk.site.urls"
WSGI_APPLICATION = "clausewise.desk.site.wsgi.application"
AUTH_USER_MODEL = "records.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = _found.time_zone
LANGUAGE_CODE = "en-gb"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "clausewise.desk.records",
    "clausewise.desk.mail",
    "clausewise.desk.pages",  # its templates come before those of allauth
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
"""What takes long is put down in the database, and done by a worker (`workflow/jobs.py`)."""
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clausewise.desk.site.headers.safe_headers",
    "clausewise.desk.site.headers.bounded_requests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clausewise.desk.pages.mistakes.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clausewise.desk.pages.accounts.second_factor.SecondFactorDemanded",
    "clausewise.desk.pages.mistakes.Mistakes",
    "clausewise.desk.pages.inputs.months_of_reader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clausewise.desk.pages.frame.frame",
            ],
        },
    }
]
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

DATABASES = {"default": database_of(_found.database, FOLDER / "desk.sqlite3")}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
"""Shared by all processes: failed sign-ins are counted in it.

Of more entries than it may have some are taken out, so a flood of other requests would start their count anew.
"""

# signing in

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "clausewise.desk.pages.accounts.signing_in.Adapter"
ACCOUNT_FORMS = {
    "login": "clausewise.desk.pages.accounts.signing_in.SignIn",
    "signup": "clausewise.desk.pages.accounts.signing_in.Registration",
    "reset_password": "clausewise.desk.pages.accounts.signing_in.Forgotten",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SALT = "desk.address"  # of the key that `desk/mail/texts.py` makes as well
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# in the browser that registered, and no other
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/5m/key,20/10m/ip",
    "signup": "10/h/ip",
    "confirm_email": "3/3m/key",
    "reset_password": "20/m/ip,5/h/key",
}
# a key of Django's own, which `desk/mail/texts.py` makes
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
SECOND_FACTOR_FOR = _found.second_factor_for
MFA_ADAPTER = "clausewise.desk.pages.accounts.second_factor.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Limited Access desk"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_safe
# browsers give keys to names, and without TLS to this one alone
KEYS_WORK = _is_safe or ALLOWED_HOSTS == ["localhost"]
SIGN_IN_WITH = _found.oidc_name if _found.oidc_server else ""
SOCIALACCOUNT_ADAPTER = "clausewise.desk.pages.accounts.signing_in.ProviderAdapter"
# whom the site vouches for by a verified address is who has that address here
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# by a link: a form that leads to another site, and from there on to others, is what no page may hold (`headers`)
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if _found.oidc_client:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": _found.oidc_name,
                "client_id": _found.oidc_client,
                "secret": secret_in(FOLDER, SECRETS["oidc_client"]),
                "settings": {"server_url": _found.oidc_server},
            }
        ],
    }
# who asks is told by the proxies alone: without any, what `X-Forwarded-For` says is not believed
ALLAUTH_TRUSTED_PROXY_COUNT = _found.proxies

# mail

DEFAULT_FROM_EMAIL = _found.mail_from
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20
MAIL_IS_PRINTED = _found.mail_server is None
if _found.mail_server:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _found.mail_server.rsplit(":", 1)
    EMAIL_USE_TLS, EMAIL_USE_SSL = _found.mail_tls == "starttls", _found.mail_tls == "tls"
    if _found.mail_user:
        EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
            _found.mail_user,
            secret_in(FOLDER, SECRETS["mail_user"]),
        )

# safe from the start

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_safe
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "clausewise.desk.pages.mistakes.outdated"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _is_safe else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_safe else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
LANGUAGES = [("en-gb", _("English"))]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        **{
            name: {"handlers": ["console"], "level": "WARNING"}
            for name in ("clausewise", "django", "django_tasks")
        },
        "django_tasks_db": {"handlers": ["console"], "level": "ERROR"},  # that it was told to end
    },
}
