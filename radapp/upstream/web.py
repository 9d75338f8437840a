"""HTTP to a source: pooled connections, no redirects, bounded in time and size, its secret read from the environment."""

import base64
import os
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError

from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import SourceConfusedError, SourceDownError

CONNECT_S = 3.0
READ_S = 20.0
"""Between two pieces of an answer at most."""
BLOCK = 256 * 1024
SLOWEST_BYTES, SLOWEST_S = 64 * 1024, 20.0
"""An answer that brings less than this in that time is given up, however steadily it drips."""
JSON_AT_MOST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Address:
    """What a pool of connections is made for."""

    url: str
    verify: bool
    ca_file: str


@lru_cache(maxsize=32)
def _pool(address: Address) -> urllib3.PoolManager:
    tls = ssl.create_default_context(cafile=address.ca_file or None)
    if not address.verify:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return urllib3.PoolManager(maxsize=8, ssl_context=tls, retries=False)


class Body:
    """The octets of one answer, read no longer and no further than is bearable."""

    def __init__(self, response: urllib3.BaseHTTPResponse, *, most: int, ends_at: float | None = None) -> None:
        self._response = response
        self._left = most
        self._ends_at = ends_at
        self._mark = (time.monotonic(), 0)
        self._read = 0

    def read(self, size: int = BLOCK, /) -> bytes:
        """Some octets, none at the end. Raises SourceDownError, SourceConfusedError."""
        try:
            block = self._response.read1(min(size, BLOCK))
        except (HTTPError, OSError) as error:
            raise SourceDownError(_words(error)) from error
        self._read += len(block)
        self._left -= len(block)
        if self._left < 0:
            raise SourceConfusedError("it sends more than any such answer holds")
        self._keep_pace()
        return bytes(block)

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if self._ends_at is not None and now > self._ends_at:
            raise SourceDownError("it did not answer in time")
        since, read = self._mark
        if now - since > SLOWEST_S:
            if self._read - read < SLOWEST_BYTES:
                raise SourceDownError(f"it sends less than {SLOWEST_BYTES // 1024} kB in {SLOWEST_S:.0f} s")
            self._mark = (now, self._read)

    def whole(self) -> bytes:
        """All of it."""
        blocks = []
        while block := self.read():
            blocks.append(block)
        return b"".join(blocks)


class Web:
    """One source's HTTP."""

    def __init__(self, source: UpstreamSource) -> None:
        self._base = source.url.rstrip("/")
        self._address = Address(self._base, source.verify_tls, source.ca_file)
        self._source = source

    @contextmanager
    def get(
        self, path: str, accept: str, *, most: int, seconds: float | None = None
    ) -> Iterator[tuple[urllib3.BaseHTTPResponse, Body]]:
        """One GET. A connection that the source closed meanwhile is tried anew once, since nothing was done."""
        try:
            response = self._request("GET", path, {"Accept": accept}, None, seconds)
        except ProtocolError:
            response = self._request("GET", path, {"Accept": accept}, None, seconds, last=True)
        with _closed(response):
            yield response, Body(response, most=most, ends_at=None if seconds is None else time.monotonic() + seconds)

    def post(self, path: str, content: Iterator[bytes], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """One POST: (status, answer). It is not tried again here: whether it was done is not known."""
        response = self._request("POST", path, headers, content, READ_S * 3, last=True)
        with _closed(response):
            return response.status, Body(response, most=JSON_AT_MOST).whole()

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: Iterator[bytes] | None,
        seconds: float | None,
        *,
        last: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(connect=CONNECT_S, read=min(READ_S, seconds) if seconds else READ_S)
        plain = {"Accept-Encoding": "identity", **headers, **authorization(self._source)}
        try:
            return _pool(self._address).request(
                method,
                self._base + path,
                headers=plain,
                body=content,
                timeout=timeout,
                redirect=False,
                preload_content=False,
                decode_content=True,
            )
        except ProtocolError as error:
            if not last:
                raise
            raise SourceDownError(_words(error)) from error
        except (HTTPError, OSError) as error:
            raise SourceDownError(_words(error)) from error


@contextmanager
def _closed(response: urllib3.BaseHTTPResponse) -> Iterator[None]:
    """Back to the pool; closed before where it was not read to its end, since what is left of it belongs to nobody."""
    try:
        yield
    finally:
        if not response.closed:
            response.close()
        response.release_conn()


def authorization(source: UpstreamSource) -> dict[str, str]:
    """The header that the source wants. Raises SourceDownError where its secret is not set in this process."""
    if source.auth == UpstreamSource.Auth.NONE:
        return {}
    secret = os.environ.get(source.secret_variable, "").strip()
    if not secret:
        raise SourceDownError(f"the environment variable {source.secret_variable} is not set here; it holds its secret")
    if source.auth == UpstreamSource.Auth.BEARER:
        return {"Authorization": f"Bearer {secret}"}
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def complain(status: int) -> None:
    """Raise for a status that is no answer."""
    if status in {401, 403}:
        raise SourceDownError(f"it refuses us (HTTP {status}); see its secret and what it allows")
    if 300 <= status < 400:
        raise SourceDownError(f"it sends us elsewhere (HTTP {status}); name that address as the source's own")
    if status == 429 or status >= 500:
        raise SourceDownError(f"it answers HTTP {status}")
    if status >= 400:
        raise SourceConfusedError(f"it answers HTTP {status}")


def _words(error: Exception) -> str:
    """Why, in few words and without the address, which may hold UIDs."""
    kinds = {
        "NewConnectionError": "it cannot be reached",
        "ConnectTimeoutError": "it cannot be reached in time",
        "NameResolutionError": "its name is not known",
        "ReadTimeoutError": "it did not answer in time",
        "SSLError": "its TLS certificate is not trusted",
        "ProtocolError": "it closed the connection",
        "IncompleteRead": "it closed the connection in the middle",
    }
    return kinds.get(type(error).__name__, f"the connection failed ({type(error).__name__})")


def is_address(text: str) -> bool:
    """Whether a text is an address that a source may have: http or https, a host, no query, nothing secret in it."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain
