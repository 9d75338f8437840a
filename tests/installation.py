"""Whole installations in folders of their own, driven by manage.py as people do."""

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from radapp.environment import ROOT
from tests import ready

DROPPED = {"DATABASE_URL", "STORAGE_URL", "SECRET_KEY", "TEST_CLUSTER_URL", "DJANGO_SETTINGS_MODULE"}


def new_database(name: str, like: str = "") -> str:
    """The URL of a new database in the test run's PostgreSQL, empty or a copy of the one at the URL `like`.

    Empty where the run has none, which means SQLite.
    """
    cluster = os.environ.get("TEST_CLUSTER_URL", "")
    if not cluster:
        return ""
    own = f"{name}_{os.getpid()}"
    copied = f' TEMPLATE "{like.rsplit("/", 1)[1]}"' if like else ""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{own}"')
        connection.execute(f'CREATE DATABASE "{own}"{copied}')
    return cluster.rsplit("/", 1)[0] + f"/{own}"


@dataclass(frozen=True)
class Installation:
    """A VAR_DIR; its database is SQLite in it, or the PostgreSQL that `database_url` names. `more`: of its environment."""

    var: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, var: Path, *, migrated: bool = True, **more: str) -> "Installation":
        """A new one on the database that the tests run on."""
        var.mkdir()
        if not migrated:
            return cls(var, new_database(f"backup_{var.name}"), more)
        like = template()
        made = cls(var, new_database(f"backup_{var.name}", like.database_url), more)
        if not made.database_url:
            shutil.copy(like.sqlite, made.sqlite)
        return made

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
        own = {"VAR_DIR": str(self.var), "REDIS_URL": "redis://127.0.0.1:1/0", "PYTHONWARNINGS": ""}
        return {**kept, **own, **({"DATABASE_URL": self.database_url} if self.database_url else {}), **self.more}

    @property
    def archive(self) -> Path:
        return self.var / "archive"

    @property
    def sqlite(self) -> Path:
        return self.var / "darndest.sqlite3"

    @contextlib.contextmanager
    def database_gone(self) -> Iterator[None]:
        """PostgreSQL: nobody is let in, and whoever is in is thrown out. SQLite: tables are under other names."""
        if self.database_url:
            name = self.database_url.rsplit("/", 1)[1]
            with psycopg.connect(os.environ["TEST_CLUSTER_URL"], autocommit=True) as connection:
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
                yield
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            return
        with contextlib.closing(sqlite3.connect(self.sqlite, isolation_level=None)) as connection:
            for table in ("archive_instance", "dimse_peer"):
                connection.execute(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
            yield
            for table in ("archive_instance", "dimse_peer"):
                connection.execute(f"ALTER TABLE {table}_elsewhere RENAME TO {table}")

    def run(self, *words: str, feed: str = "") -> "subprocess.CompletedProcess[str]":
        """manage.py, whatever becomes of it; `feed` is its standard input."""
        return ready.manage(words, self.environment, feed)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """manage.py, in the background."""
        command = [sys.executable, "manage.py", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def manage(self, *words: str, feed: str = "") -> str:
        """manage.py, which must end well; returns what it said."""
        done = self.run(*words, feed=feed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def verified(self) -> dict[str, Any]:
        """verify_archive's report, whatever it found."""
        return dict(json.loads(self.run("verify_archive", "--json", "--throttle", "0").stdout.splitlines()[-1]))

    def ask(self, script: str) -> Any:
        """What a script within the installation prints as JSON: `answer` is its value."""
        words = f"import json\nfrom radapp.archive.models import *\n{script}\nprint(json.dumps(answer))"
        return json.loads(self.manage("shell", "--no-imports", "-c", words).splitlines()[-1])

    def instances(self) -> dict[str, str]:
        """SOP Instance UID -> SHA-256."""
        found = self.ask("answer = dict(Instance._base_manager.values_list('sop_instance_uid', 'sha256'))")
        return {str(uid): str(sha256) for uid, sha256 in found.items()}


@cache
def template() -> Installation:
    """One whose database `migrate` made, once a test run; nothing is done with it but that others are copied from it."""
    folder = Path(os.environ["TEST_TEMPLATES"])
    noted = folder / "url"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if noted.is_file():
            return Installation(folder / "template", noted.read_text())
        made = Installation.make(folder / "template", migrated=False)
        made.manage("migrate", "--verbosity", "0")
        left = [path.name for path in made.var.glob("*-wal")]
        assert not left, f"the database is not in one file: {left}"
        noted.write_text(made.database_url)
    return made
