"""A real server of the S3 protocol (moto's) in a process of its own, for tests.

from tests.s3 import s3_server  # noqa: F401 - in the conftest or file that uses it
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.services import free_port, listens, wait_until

BUCKET = "images"


@dataclass
class S3Server:
    """Can be stopped and started again; what it held is gone then, as moto keeps it in memory."""

    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def endpoint(self) -> str:
        """As an endpoint for clients."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return when it answers."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: listens(self.port), 120, "the S3 server answers")

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def client(self) -> Any:
        """boto3's own client, beside what is tested."""
        config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.endpoint, config=config, **keys)


@pytest.fixture(scope="session")
def running_s3() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3_server(running_s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server with an empty bucket, and the credentials in the environment."""
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = running_s3.client()
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    if BUCKET in names:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for found in page.get("Contents", []):
                client.delete_object(Bucket=BUCKET, Key=found["Key"])
    else:
        client.create_bucket(Bucket=BUCKET)
    return running_s3
