"""The process environment, parsed once: every name the application reads, with all errors reported together.

In embedded mode nothing needs to be set: what `make demo` chose lies in `var/` (secret-key, and NOTED),
so every `manage.py` command finds the running demo.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
NOTED = {"PORT": "port", "REDIS_URL": "redis-url", "DIMSE_PORT": "dimse-port"}
"""What the demo chose, by variable: the names of files in `var/`."""
DELETED_KEPT_DAYS = 7
STORAGE_CACHE_BYTES = 10_000_000_000
"""How much of an S3-compatible store is kept on this machine as copies, unless the variable of this name says otherwise."""
UPSTREAM_CACHE_BYTES = 10_000_000_000


class EnvironmentRefused(SystemExit):
    """One or more environment variables are wrong; the text names each, what was found and what is expected."""


@dataclass(frozen=True)
class Inference:
    """How workers compute (docs/running.md). None: what suits the device."""

    backend: str
    half: str
    batch: int | None
    wait_ms: int | None
    cache_mb: int | None


@dataclass(frozen=True)
class Dimse:
    """How the DICOM listener works (docs/dimse.md). A port of 0 is not listened on; times are seconds."""

    ae_title: str
    host: str
    port: int
    tls_port: int
    tls_cert: Path | None
    tls_key: Path | None
    tls_ca: Path | None
    processes: int
    max_associations: int
    acse_timeout: int
    dimse_timeout: int
    network_timeout: int


@dataclass(frozen=True)
class Bucket:
    """An S3-compatible store by STORAGE_URL; its credentials come from the AWS_… variables, which boto3 reads."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    addressing: str | None = None


@dataclass(frozen=True)
class Email:
    """How e-mail is sent (docs/running.md); without a backend none is. `folder`: where messages are written as files."""

    backend: str = ""
    sender: str = "darndest@localhost"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = False
    use_ssl: bool = False
    folder: str | None = None


@dataclass(frozen=True)
class Environment:
    """What the surroundings say. Paths are absolute."""

    var_dir: Path
    secret_key: str
    database: dict[str, object]
    redis_url: str
    storage_dir: Path
    storage_bucket: Bucket | None
    storage_cache_bytes: int
    deleted_kept_days: int
    port: int
    public_url: str
    allowed_hosts: list[str]
    dicomweb_cors_origins: frozenset[str]
    inference: Inference
    dimse: Dimse
    upstream_cache_dir: Path
    upstream_cache_bytes: int
    email: Email
    audit_key_file: Path
    audit_heads_dir: Path


SQLITE_INIT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA cache_size=-8000; PRAGMA journal_size_limit=67108864;"
)


def sqlite(path: Path) -> dict[str, object]:
    """Django's settings for the embedded database: WAL and IMMEDIATE transactions, so concurrent writers wait in turn."""
    return {
        "ENGINE": "radapp.database.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_INIT},
    }


def database_from_url(url: str, errors: list[str]) -> dict[str, object]:
    """Settings for `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme in {"postgresql", "postgres"}:
        query = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    errors.append(f"DATABASE_URL has scheme {parts.scheme!r}; expected sqlite:///PATH or postgresql://USER@HOST/NAME")
    return {}


def storage_from_url(url: str, copies: Path, errors: list[str]) -> tuple[Path, Bucket | None]:
    """The archive's folder from `file:///PATH`, or the folder for `copies` and the bucket of `s3://BUCKET/PREFIX?…`."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/"):
        return Path(unquote(parts.path)), None
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "s3" and parts.netloc and set(options) <= {"endpoint", "region", "addressing"}:
        return copies, Bucket(parts.netloc, unquote(parts.path).strip("/"), **options)
    errors.append(
        f"STORAGE_URL is {url!r}; expected file:///ABSOLUTE/FOLDER or "
        "s3://BUCKET[/PREFIX][?endpoint=http://HOST:PORT&region=NAME&addressing=path]"
    )
    return Path(), None


_EMAIL_BACKENDS = "django.core.mail.backends"


def email_from(env: Mapping[str, str], errors: list[str]) -> Email:
    """EMAIL_URL: `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS; `?tls=off` without), `smtps://…`, or `file:///FOLDER`.

    EMAIL_BACKEND names any other Django backend by its dotted path; EMAIL_FROM the sender.
    """
    url, backend = env.get("EMAIL_URL", ""), env.get("EMAIL_BACKEND", "")
    sender = env.get("EMAIL_FROM") or Email.sender
    if "@" not in sender:
        errors.append(f"EMAIL_FROM is {sender!r}; expected an address such as studies@example.org")
    if not url:
        return Email(backend, sender)
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "file" and parts.path.startswith("/"):
        return Email(backend or f"{_EMAIL_BACKENDS}.filebased.EmailBackend", sender, folder=unquote(parts.path))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or set(options) - {"tls"}:
        errors.append(f"EMAIL_URL is {url!r}; expected smtp[s]://USER:PASSWORD@HOST:PORT[?tls=off] or file:///FOLDER")
        return Email()
    use_ssl = parts.scheme == "smtps"
    return Email(
        backend or f"{_EMAIL_BACKENDS}.smtp.EmailBackend",
        sender,
        host=parts.hostname,
        port=parts.port or (465 if use_ssl else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=not use_ssl and options.get("tls") != "off",
        use_ssl=use_ssl,
    )


def _with_notes(env: Mapping[str, str], var_dir: Path) -> dict[str, str]:
    """The variables; those that are not set from the lines that the demo left in `var/`."""
    paths = {name: var_dir / file for name, file in NOTED.items() if not env.get(name)}
    return {**env, **{name: path.read_text().strip() for name, path in paths.items() if path.is_file()}}


def _secret_key(var_dir: Path) -> str:
    """The key kept in `var/secret-key`, made at first use (mode 0600)."""
    path = var_dir / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _count(env: Mapping[str, str], name: str, least: int, errors: list[str], *, most: int | None = None) -> int | None:
    """A whole number from `least` (to `most`), or None where the variable is not set."""
    text = env.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        errors.append(f"{name} is {text!r}; expected a whole number from {least}" + ("" if most is None else f" to {most}"))
        return None
    return int(text)


def _number(
    env: Mapping[str, str], name: str, default: int, least: int, errors: list[str], *, most: int | None = None
) -> int:
    """The same with a default."""
    found = _count(env, name, least, errors, most=most)
    return default if found is None else found


def inference_from(env: Mapping[str, str], errors: list[str]) -> Inference:
    """The variables that begin with INFERENCE_."""
    chosen = {}
    for name, choices in (("INFERENCE_BACKEND", ("auto", "openvino", "torch")), ("INFERENCE_HALF", ("auto", "off"))):
        chosen[name] = env.get(name) or choices[0]
        if chosen[name] not in choices:
            errors.append(f"{name} is {chosen[name]!r}; expected one of {', '.join(choices)}")
    return Inference(
        backend=chosen["INFERENCE_BACKEND"],
        half=chosen["INFERENCE_HALF"],
        batch=_count(env, "INFERENCE_BATCH", 1, errors),
        wait_ms=_count(env, "INFERENCE_WAIT_MS", 0, errors),
        cache_mb=_count(env, "INFERENCE_CACHE_MB", 1, errors),
    )


AE_TITLE = re.compile(r"[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?")
"""Up to 16 characters of ASCII but the backslash, without spaces at its ends (PS3.5 table 6.2-1, AE)."""


def _file(env: Mapping[str, str], name: str, errors: list[str]) -> Path | None:
    """A file that can be read, or None where the variable is not set."""
    text = env.get(name, "")
    if text and not os.access(text, os.R_OK):
        errors.append(f"{name} is {text!r}; expected a file that this user can read")
    return Path(text).resolve() if text else None


def dimse_from(env: Mapping[str, str], errors: list[str]) -> Dimse:
    """The variables that begin with DIMSE_."""
    ae_title = env.get("DIMSE_AE_TITLE") or "DARNDEST"
    if not AE_TITLE.fullmatch(ae_title):
        errors.append(f"DIMSE_AE_TITLE is {ae_title!r}; expected 1 to 16 ASCII characters without a backslash")
    certificate, key, authority = (_file(env, f"DIMSE_TLS_{name}", errors) for name in ("CERT", "KEY", "CA"))
    tls_port = _number(env, "DIMSE_TLS_PORT", 0, 0, errors, most=65535)
    if tls_port and not (certificate and key):
        errors.append(f"DIMSE_TLS_PORT is {tls_port}; expected DIMSE_TLS_CERT and DIMSE_TLS_KEY beside it")
    return Dimse(
        ae_title=ae_title,
        host=env.get("DIMSE_HOST") or "127.0.0.1",
        port=_number(env, "DIMSE_PORT", 11112, 0, errors, most=65535),
        tls_port=tls_port,
        tls_cert=certificate,
        tls_key=key,
        tls_ca=authority,
        processes=_number(env, "DIMSE_PROCESSES", 2, 1, errors, most=64),
        max_associations=_number(env, "DIMSE_MAX_ASSOCIATIONS", 32, 1, errors, most=1000),
        acse_timeout=_number(env, "DIMSE_ACSE_TIMEOUT_S", 15, 1, errors, most=3600),
        dimse_timeout=_number(env, "DIMSE_DIMSE_TIMEOUT_S", 60, 1, errors, most=3600),
        network_timeout=_number(env, "DIMSE_NETWORK_TIMEOUT_S", 120, 1, errors, most=24 * 3600),
    )


def origins_from(env: Mapping[str, str], errors: list[str]) -> frozenset[str]:
    """DICOMWEB_CORS_ORIGINS, as browsers write origins; each page is named, there is no `*`."""
    found = []
    for origin in filter(None, (part.strip() for part in env.get("DICOMWEB_CORS_ORIGINS", "").split(","))):
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            errors.append(f"DICOMWEB_CORS_ORIGINS has {origin!r}; expected http://HOST[:PORT] or https://HOST, by commas")
        found.append(origin.lower())
    return frozenset(found)


def storage_from(env: Mapping[str, str], var_dir: Path, errors: list[str]) -> tuple[Path, Bucket | None]:
    """STORAGE_URL: the folder of images (of a bucket: of its copies here), and the bucket if there is one."""
    if not env.get("STORAGE_URL"):
        return var_dir / "archive", None
    return storage_from_url(env["STORAGE_URL"], var_dir / "archive-copies", errors)


def address_from(env: Mapping[str, str], port: int, errors: list[str]) -> tuple[str, list[str]]:
    """PUBLIC_URL without a slash at its end, and ALLOWED_HOSTS: its host is among them unless they are named."""
    public_url = (env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    public = urlsplit(public_url)
    if public.scheme not in {"http", "https"} or not public.hostname or public.path:
        errors.append(f"PUBLIC_URL is {public_url!r}; expected http://HOST[:PORT] or https://HOST, without a path")
    hosts = [host.strip() for host in (env.get("ALLOWED_HOSTS") or "127.0.0.1,localhost,[::1]").split(",") if host.strip()]
    if public.hostname and public.hostname not in hosts and not env.get("ALLOWED_HOSTS"):
        hosts.append(f"[{public.hostname}]" if ":" in public.hostname else public.hostname)
    return public_url, hosts


def read_environment(environ: dict[str, str] | None = None) -> Environment:
    """Read and check every variable; raises EnvironmentRefused naming all that are wrong."""
    given: Mapping[str, str] = os.environ if environ is None else environ
    errors: list[str] = []
    var_dir = Path(given.get("VAR_DIR") or ROOT / "var").resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    env = _with_notes(given, var_dir)
    port = _number(env, "PORT", 8000, 1, errors, most=65535)
    url = env.get("DATABASE_URL")
    database = database_from_url(url, errors) if url else sqlite(var_dir / "darndest.sqlite3")
    storage, bucket = storage_from(env, var_dir, errors)
    public_url, hosts = address_from(env, port, errors)
    found = Environment(
        var_dir=var_dir,
        secret_key=env.get("SECRET_KEY") or _secret_key(var_dir),
        database=database,
        redis_url=env.get("REDIS_URL") or "redis://127.0.0.1:6379/0",
        storage_dir=storage.resolve(),
        storage_bucket=bucket,
        storage_cache_bytes=_number(env, "STORAGE_CACHE_BYTES", STORAGE_CACHE_BYTES, 0, errors),
        deleted_kept_days=_number(env, "DELETED_KEPT_DAYS", DELETED_KEPT_DAYS, 0, errors),
        port=port,
        public_url=public_url,
        allowed_hosts=hosts,
        dicomweb_cors_origins=origins_from(env, errors),
        inference=inference_from(env, errors),
        dimse=dimse_from(env, errors),
        upstream_cache_dir=Path(env.get("UPSTREAM_CACHE_DIR") or var_dir / "upstream").resolve(),
        upstream_cache_bytes=_number(env, "UPSTREAM_CACHE_BYTES", UPSTREAM_CACHE_BYTES, 0, errors),
        email=email_from(env, errors),
        audit_key_file=Path(env.get("AUDIT_KEY_FILE") or var_dir / "audit-key.pem").resolve(),
        audit_heads_dir=Path(env.get("AUDIT_HEADS_DIR") or var_dir / "audit-heads").resolve(),
    )
    if errors:
        raise EnvironmentRefused("The environment is not usable:\n  " + "\n  ".join(errors))
    return found
