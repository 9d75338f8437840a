"""Django's settings. What differs between installations comes from `radapp.environment`."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from radapp.environment import ROOT, read_environment

ENVIRONMENT = read_environment()

VERSION = "0.1.0"
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_URL = ENVIRONMENT.public_url
DICOMWEB_CORS_ORIGINS = ENVIRONMENT.dicomweb_cors_origins
VAR_DIR = ENVIRONMENT.var_dir
AUDIT_KEY_FILE = ENVIRONMENT.audit_key_file
AUDIT_HEADS_DIR = ENVIRONMENT.audit_heads_dir
STORAGE_DIR = ENVIRONMENT.storage_dir
STORAGE_BUCKET = ENVIRONMENT.storage_bucket
STORAGE_CACHE_BYTES = ENVIRONMENT.storage_cache_bytes
DELETED_KEPT_DAYS = ENVIRONMENT.deleted_kept_days
REDIS_URL = ENVIRONMENT.redis_url
INFERENCE = ENVIRONMENT.inference
DIMSE = ENVIRONMENT.dimse
UPSTREAM_CACHE_DIR = ENVIRONMENT.upstream_cache_dir
UPSTREAM_CACHE_BYTES = ENVIRONMENT.upstream_cache_bytes

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "radapp.accounts",
    "radapp.archive",
    "radapp.dicomweb",
    "radapp.dimse",
    "radapp.triage",
    "radapp.upstream",
    "radapp.confidentiality",
    "radapp.console",
    "radapp.readerstudies",
    "radapp.reports",
    "radapp.live",
    "radapp.backup",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # above WhiteNoise: a worker script obeys the policy that came with its own file
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "radapp.dicomweb.cors.CorsMiddleware",  # above sign-in: a browser's preflight carries no token
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "radapp.accounts.middleware.AccessMiddleware",  # above CSRF: nobody's POST is 401, whatever token it lacks
    "django.middleware.csrf.CsrfViewMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "radapp.urls"
APPEND_SLASH = False
WSGI_APPLICATION = "radapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/sign-in/"
# Five wrong passwords for one name from one address lock that pair for fifteen minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "radapp.accounts.sign_in.locked_out"

# Cookies are Secure wherever the public address is not plain HTTP on loopback.
_public = urlsplit(PUBLIC_URL)
_loopback_http = _public.scheme == "http" and _public.hostname in {"127.0.0.1", "localhost", "::1"}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _loopback_http
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # a working day
CSRF_FAILURE_VIEW = "radapp.accounts.errors.csrf_failed"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _public.scheme == "https" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _public.scheme == "https" else None
X_FRAME_OPTIONS = "DENY"

# Cornerstone's decoders are WebAssembly and its workers are blobs; nothing is inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, "blob:", "data:"],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "radapp.accounts.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "radapp.accounts.errors.handle_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DARNDEST",
    "DESCRIPTION": "AI-guided MRI follow-up for nasopharyngeal carcinoma. Research software, not for clinical use.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/",
    # Choices that share a field's name (role, state, decision) or occur under several: one name each, so types stay put.
    "ENUM_NAME_OVERRIDES": {
        "SequenceRole": "radapp.archive.models.SequenceRole",
        "NetworkRole": "radapp.triage.serializers.NETWORKS",
        "SetAsideState": "radapp.archive.models.SetAside.State",
        "SetAsideVerdict": "radapp.archive.models.SetAside.Decision",
        "StudyState": "radapp.triage.models.State",
        "ContrastDecision": "radapp.triage.models.Confirmation.Decision",
        "SignatureRole": "radapp.console.models.Signature.As",
        "Completeness": "radapp.archive.arrival_models.SeriesArrival.Why",
        "DeliveryState": "radapp.upstream.models.Delivery.State",
        "ErrandState": "radapp.upstream.models.Retrieval.State",
        "UpstreamRowState": "radapp.upstream.serializers.ANSWERING",
        "UpstreamStudyState": "radapp.upstream.serializers.STUDY_STATES",
        "CutoffSourceKind": "radapp.reports.cutoff_desk.shapes.KINDS",
        "CutoffMarkStanding": "radapp.reports.cutoff_desk.shapes.STANDINGS",
        "SourceStanding": "radapp.upstream.serializers.STANDINGS",
        "CodingError": "radapp.readerstudies.models.coding.CodingItem.Error",
        "CodingSource": "radapp.readerstudies.coding.serializers.SOURCES",
        "CodingItemState": "radapp.readerstudies.coding.selectors.STATES",
        "ReadingStage": "radapp.readerstudies.models.readings.Stage",
        "ReadingRoomState": "radapp.readerstudies.reading.serializers.ROOM_STATES",
        "ReadingClientEvent": "radapp.readerstudies.reading.serializers.CLIENT_EVENTS",
        "ReadingLock": "radapp.readerstudies.reading.serializers.LOCKS",
        "ReadingOverlay": "radapp.readerstudies.reading.serializers.OVERLAYS",
        "ReferenceStepName": "radapp.readerstudies.reference.shapes.STEPS",
        "ReferenceBasis": "radapp.readerstudies.reference.shapes.BASES",
        "TaggingBasis": "radapp.readerstudies.reference.shapes.OFFERED",
        "ReferenceRule": "radapp.readerstudies.reference.shapes.RULES",
        "ReferenceStanding": "radapp.readerstudies.reference.exporting.STANDINGS",
        "RtStage": "radapp.readerstudies.anatomy.RT_STAGES",
        "ArmImages": "radapp.readerstudies.reading.serializers.IMAGE_SETS",
        "ReaderStudyState": "radapp.readerstudies.models.ReaderStudy.State",
        "StudyPart": "radapp.readerstudies.models.Membership.Part",
        "Seniority": "radapp.readerstudies.models.Membership.Seniority",
        "TaggerChair": "radapp.readerstudies.models.Membership.Chair",
        "CaseState": "radapp.readerstudies.models.Case.State",
        "DraftCaseState": "radapp.readerstudies.desk.case_shapes.DRAFT_STATES",
        "CaseExclusion": "radapp.readerstudies.models.Case.Exclusion",
        "WaiverGround": "radapp.readerstudies.models.Waiver.Ground",
        "SignedAct": "radapp.readerstudies.models.StudySignature.Act",
        "DeskAct": "radapp.readerstudies.desk.shapes.ACTS",
        "CellState": "radapp.readerstudies.desk.member_shapes.CELLS",
        "InvitationStanding": "radapp.readerstudies.desk.member_shapes.STANDINGS",
        "WithdrawalRule": "radapp.readerstudies.desk.case_shapes.RULES",
        "ReplacementRule": "radapp.readerstudies.desk.member_shapes.RULES",
        "AdvisedEnum": "radapp.readerstudies.desk.case_shapes.TIERS",
        "ArchiveTruth": "radapp.readerstudies.desk.case_shapes.TRUTHS",
    },
}

# Invitations and reminders of reader studies; without a mail server their links are shown to be passed on.
_email = ENVIRONMENT.email
EMAIL_ON = bool(_email.backend)
EMAIL_BACKEND = _email.backend or "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = _email.sender
EMAIL_HOST, EMAIL_PORT = _email.host, _email.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.user, _email.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.use_tls, _email.use_ssl
EMAIL_FILE_PATH = _email.folder
EMAIL_TIMEOUT = 15  # seconds

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
FRONTEND_DIST = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True  # straight from the build; nothing is collected
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"  # Vite's names carry a hash of the content

# Uploads stream to files under var/ (never into memory beyond 64 kB); a request body is bounded per batch by the page.
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "spool"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_NUMBER_FILES = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "pydicom": {"level": "ERROR"},
        "highdicom": {"level": "WARNING"},
        "pynetdicom": {"level": "CRITICAL"},  # it writes a traceback for each bad peer; radapp.dimse writes one line
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
