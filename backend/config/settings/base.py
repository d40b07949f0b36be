"""What holds in every installation. The other modules here only add to it."""

import os
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from backend.identity.brokers import Broker

ROOT = Path(__file__).resolve().parents[3]
# Everything an installation writes (database, pictures, mail of the embedded form) is below this folder.
DATA_DIR = Path(os.environ.get("MEEBESLISSEN_DATA_DIR", ROOT / "var"))
VERSION = "0.1.0"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # allauth.usersessions, without its own way of filling it.
    "backend.identity.apps.DevicesConfig",
    "allauth.socialaccount",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "backend.core",
    "backend.audit",
    "backend.places",
    "backend.identity",
    "backend.notifications",
    "backend.feedback",
    "backend.discussion",
    "backend.proposals",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.core.web.middleware.ReadableInputMiddleware",
    "backend.places.web.middleware.PortalMiddleware",
    "backend.places.web.middleware.LanguageMiddleware",
    "backend.places.web.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.identity.web.middleware.DeviceMiddleware",
    "backend.identity.web.middleware.ActorMiddleware",
    "backend.core.web.middleware.DomainErrorMiddleware",
    # Innermost: it sees what a view does not allow before that becomes a page that says so.
    "backend.identity.web.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["backend.core.templatetags.page"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "backend.config.context.page_context",
            ],
        },
    },
]

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in: one field, one code by mail. A passkey and a password are for who wants them. Forms and words
# are our own.
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "backend.identity.web.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "backend.identity.web.forms.RequestCodeForm",
    "login": "backend.identity.web.sign_in_forms.PasswordSignInForm",
    "reauthenticate": "backend.identity.web.sign_in_forms.ConfirmPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# All limits pass by themselves, and those for a network are wide: a library or a household shares one.
ACCOUNT_RATE_LIMITS = {
    # For one address a few in a row from one network, so that nobody fills a mailbox. The limit for the
    # address as a whole is far wider: otherwise somebody elsewhere could keep its owner from a code.
    "request_login_code_here": "3/m/key,10/h/key",
    "request_login_code": "20/m/ip,60/h/key",
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Seconds after which somebody shows once more who they are before a sensitive act.
CONFIRM_AGAIN_AFTER = 5 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = CONFIRM_AGAIN_AFTER
MFA_ADAPTER = "backend.identity.web.mfa_adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "backend.identity.web.sign_in_forms.SecondFactorForm",
    "reauthenticate": "backend.identity.web.sign_in_forms.ConfirmSecondFactorForm",
    "activate_totp": "backend.identity.web.sign_in_forms.AppForm",
    "add_webauthn": "backend.identity.web.sign_in_forms.PasskeyForm",
    "login_webauthn": "backend.identity.web.sign_in_forms.PasskeySignInForm",
    "authenticate_webauthn": "backend.identity.web.sign_in_forms.PasskeySecondStepForm",
    "reauthenticate_webauthn": "backend.identity.web.sign_in_forms.ConfirmPasskeyForm",
    "edit_webauthn": "backend.identity.web.sign_in_forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody is signed in here whose address was not confirmed: signing in is what confirms it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# The clock of a phone may be half a minute off, and typing takes a while.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Passkeys belong to a hostname with HTTPS, or to this machine itself. No other origin is believed.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]

# Signing in by a broker such as DigiD. Connections come from the operator's file; no token is kept.
BROKERS: list[Broker] = []
BROKER_FAULTS: list[str] = []
SOCIALACCOUNT_ADAPTER = "backend.identity.web.broker_adapter.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "backend" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

STATIC_URL = "/static/"
STATICFILES_DIRS = [("", ROOT / "frontend" / "dist")]
STATIC_ROOT: Path | None = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# A plan carries at most five pictures of at most 10 MB, and texts of at most 10,000 characters.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 5

SESSION_ENGINE = "backend.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "backend.core.web.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing inline, nothing evaluated, no third party but the tiles of the map.
MAP_TILES = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{z}/{x}/{y}.png"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "https://service.pdok.nl"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["backend.core.web.api.DecidedByService"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.core.web.problems.problem_response",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Meebeslissen",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
}

# Minutes between a mail that failed and the next try; after the last one it stands on a list for a person.
MAIL_RETRY_MINUTES = [1, 5, 30, 120, 600]
# Seconds that a mail server has for one mail, and before that for opening the line.
MAIL_SECONDS = 30
# Where people reach a portal, in mails and on paper.
SITE_ADDRESS = "https://{hostname}"
DEFAULT_FROM_EMAIL = os.environ.get("MEEBESLISSEN_FROM_EMAIL", "meebeslissen@localhost")
# How many proxies in front of us may be believed about the visitor's address.
TRUSTED_PROXIES = int(os.environ.get("MEEBESLISSEN_TRUSTED_PROXIES", "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# Buttons that sign a visitor in as a demo person. Only the embedded and test settings may switch this on.
DEMO_SIGN_IN = False
# Where sent mail can be read on a page. Only the embedded settings have one.
MAIL_PAGE = False
MAIL_FOLDER = DATA_DIR / "mail"
WORKER_THREAD = False
# In production nothing starts that core.checks finds unsafe.
PRODUCTION = False

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Access logs carry addresses of people and of what they read.
        "uvicorn.access": {"handlers": [], "propagate": False},
        # It writes down every open page as it would in an access log.
        "uvicorn.error": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # It tells which passkey was used.
        "fido2": {"level": "WARNING"},
        # Anybody can ask for a hostname that is not ours. They get a 400, and it is no news.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
