"""The environment: found defaults, every wrong name told together, cookies secure wherever the address is not loopback."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from radapp.environment import Bucket, Email, EnvironmentRefused, Inference, read_environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
SMTP, FILES = (f"django.core.mail.backends.{kind}.EmailBackend" for kind in ("smtp", "filebased"))


def test_without_any_variable_the_demos_notes_are_found(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("8123\n")
    (tmp_path / "redis-url").write_text("redis://127.0.0.1:7777/0\n")
    found = read_environment({"VAR_DIR": str(tmp_path)})
    assert (found.port, found.redis_url) == (8123, "redis://127.0.0.1:7777/0")
    assert found.public_url == "http://127.0.0.1:8123"
    assert found.database["NAME"] == str(tmp_path / "darndest.sqlite3")
    assert found.storage_dir == tmp_path / "archive"
    assert found.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    keys = {read_environment({"VAR_DIR": str(tmp_path)}).secret_key for _ in range(2)}
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    wrong = {"PORT": "http", "DATABASE_URL": "mysql://x/y", "STORAGE_URL": "s3://", "PUBLIC_URL": "example.org"}
    with pytest.raises(EnvironmentRefused) as refused:
        read_environment({"VAR_DIR": str(tmp_path), **wrong})
    text = str(refused.value)
    assert [name for name in wrong if name not in text] == []
    assert text.count("expected") == 4


@pytest.mark.parametrize(
    ("variables", "hosts"),
    [
        ({"PUBLIC_URL": "https://mri.example.org"}, ["127.0.0.1", "localhost", "[::1]", "mri.example.org"]),
        ({"PUBLIC_URL": "https://mri.example.org", "ALLOWED_HOSTS": "a.example, b.example"}, ["a.example", "b.example"]),
    ],
)
def test_the_public_host_is_served_unless_hosts_are_named(
    tmp_path: Path, variables: dict[str, str], hosts: list[str]
) -> None:
    assert read_environment({"VAR_DIR": str(tmp_path), **variables}).allowed_hosts == hosts


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("s3://images", Bucket("images")),
        ("s3://images/mri/one/", Bucket("images", "mri/one")),
        (
            "s3://images?endpoint=http://127.0.0.1:9000&region=eu-west-1&addressing=path",
            Bucket("images", "", "http://127.0.0.1:9000", "eu-west-1", "path"),
        ),
    ],
)
def test_a_bucket_by_its_url(tmp_path: Path, url: str, bucket: Bucket) -> None:
    found = read_environment({"VAR_DIR": str(tmp_path), "STORAGE_URL": url, "STORAGE_CACHE_BYTES": "500"})
    assert (found.storage_bucket, found.storage_dir) == (bucket, tmp_path / "archive-copies")
    assert found.storage_cache_bytes == 500


@pytest.mark.parametrize(
    ("variables", "email"),
    [
        ({}, Email()),
        (
            {"EMAIL_URL": "smtp://me:pass%40word@mail.example.org", "EMAIL_FROM": "studies@example.org"},
            Email(SMTP, "studies@example.org", "mail.example.org", 587, "me", "pass@word", use_tls=True),
        ),
        ({"EMAIL_URL": "smtp://127.0.0.1:25?tls=off"}, Email(SMTP, host="127.0.0.1", port=25)),
        ({"EMAIL_URL": "smtps://mail.example.org"}, Email(SMTP, host="mail.example.org", port=465, use_ssl=True)),
        ({"EMAIL_URL": "file:///srv/mail"}, Email(FILES, folder="/srv/mail")),
        ({"EMAIL_BACKEND": "some.package.Backend"}, Email("some.package.Backend")),
    ],
)
def test_the_mail_server_by_its_url(tmp_path: Path, variables: dict[str, str], email: Email) -> None:
    assert read_environment({"VAR_DIR": str(tmp_path), **variables}).email == email


@pytest.mark.parametrize(
    "variables", [{"EMAIL_URL": "imap://mail.example.org"}, {"EMAIL_URL": "smtp://"}, {"EMAIL_FROM": "nobody"}]
)
def test_a_mail_server_that_is_none_is_refused(tmp_path: Path, variables: dict[str, str]) -> None:
    with pytest.raises(EnvironmentRefused, match="EMAIL_"):
        read_environment({"VAR_DIR": str(tmp_path), **variables})


def test_an_unknown_option_of_a_bucket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentRefused, match="STORAGE_URL"):
        read_environment({"VAR_DIR": str(tmp_path), "STORAGE_URL": "s3://images?endpont=http://127.0.0.1:9000"})


def test_postgresql_by_its_url(tmp_path: Path) -> None:
    url = "postgresql://dar%40n:p%2Fw@db.example:5433/darndest"
    found = read_environment({"VAR_DIR": str(tmp_path), "DATABASE_URL": url}).database
    assert found["ENGINE"] == "django.db.backends.postgresql"
    parts = [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["dar@n", "p/w", "db.example", "5433", "darndest"]


SHOW = """
import json
from django.conf import settings as s
names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "DEBUG")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


@pytest.mark.parametrize(
    ("public_url", "secure"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("http://mri.example.org", True),
        ("https://mri.example.org", True),
        ("https://127.0.0.1", True),
    ],
)
def test_cookies_are_secure_but_on_loopback_http(tmp_path: Path, public_url: str, secure: bool) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "PUBLIC_URL": public_url, "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "radapp.settings"
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    assert found["SESSION_COOKIE_SECURE"] == found["CSRF_COOKIE_SECURE"] == secure
    assert bool(found["SECURE_HSTS_SECONDS"]) == bool(found["SECURE_PROXY_SSL_HEADER"]) == public_url.startswith("https:")
    assert found["DEBUG"] is False


def test_how_workers_compute_is_read_and_every_wrong_value_named(tmp_path: Path) -> None:
    surroundings = {"VAR_DIR": str(tmp_path)}
    assert read_environment(surroundings).inference == Inference("auto", "auto", None, None, None)
    chosen = {"INFERENCE_BACKEND": "torch", "INFERENCE_HALF": "off", "INFERENCE_BATCH": "4", "INFERENCE_WAIT_MS": "0"}
    found = read_environment({**surroundings, **chosen, "INFERENCE_CACHE_MB": "512"}).inference
    assert found == Inference("torch", "off", 4, 0, 512)
    wrong = {"INFERENCE_BACKEND": "onnx", "INFERENCE_HALF": "yes", "INFERENCE_BATCH": "0", "INFERENCE_CACHE_MB": "1.5"}
    with pytest.raises(EnvironmentRefused) as refused:
        read_environment({**surroundings, **wrong})
    for name in wrong:
        assert name in str(refused.value)
