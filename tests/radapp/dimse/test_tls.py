"""TLS: its own port, certificates asked of both sides, peers that may come by TLS only."""

import contextlib
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import build_context, evt
from pynetdicom.ae import ApplicationEntity

from radapp.dimse.contexts import STUDY_ROOT_MOVE
from tests.radapp.archive.makers import STUDY, mr
from tests.radapp.archive.test_rejections import take_in
from tests.radapp.dimse.house import AE, SCU, add_peer, listening
from tests.radapp.dimse.scu import Wire, dataset, request
from tests.services import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

VERIFICATION = "1.2.840.10008.1.1"
Certificates = dict[str, Path]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, a certificate of its for everybody here, and one that nobody vouches for."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    for name in ("ca", "stranger"):
        openssl(*new, "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=archive")
    signing = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "own.crt")
    openssl("x509", "-req", "-in", "own.csr", *signing)
    return {path.name: path for path in folder.iterdir()}


def client(certificates: Certificates, name: str = "own") -> ssl.SSLContext:
    """A peer's side."""
    context = ssl.create_default_context(cafile=str(certificates["ca.crt"]))
    context.check_hostname = False
    if name:
        context.load_cert_chain(certificates[f"{name}.crt"], certificates[f"{name}.key"])
    return context


def settings_of(certificates: Certificates, **more: Any) -> dict[str, Any]:
    """The listener's side."""
    names = {"tls_cert": "own.crt", "tls_key": "own.key", "tls_ca": "ca.crt"}
    return {name: certificates[file] for name, file in names.items()} | {"tls_port": free_port(), "acse_timeout": 3} | more


def echo(port: int, tls: ssl.SSLContext | None) -> int | None:
    """The status of C-ECHO; None without an association."""
    ae = ApplicationEntity(SCU)
    association = ae.associate(
        "127.0.0.1", port, [build_context(VERIFICATION)], ae_title=AE, tls_args=(tls, "archive") if tls else None
    )
    try:
        return int(association.send_c_echo().Status) if association.is_established else None
    finally:
        if association.is_established:
            association.release()
        association.abort()


def heard(port: int, tls: ssl.SSLContext | None) -> bool:
    """Whether a request for an association is answered at all."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain, contextlib.ExitStack() as stack:
        try:
            used = stack.enter_context(tls.wrap_socket(plain)) if tls else plain
            used.sendall(request([build_context(VERIFICATION)]))
            return used.recv(1) == b"\2"
        except OSError:
            return False


def test_who_has_a_certificate_is_served(transactional_db: None, certificates: Certificates) -> None:
    add_peer()
    with listening(**settings_of(certificates)) as port:
        assert echo(port, client(certificates)) == 0


@pytest.mark.parametrize("name", ["", "stranger"])
def test_who_has_none_or_a_strangers_is_not(transactional_db: None, certificates: Certificates, name: str) -> None:
    add_peer()
    with listening(**settings_of(certificates)) as port:
        assert not heard(port, client(certificates, name))
        assert not heard(port, None)
        assert heard(port, client(certificates))


def test_a_handshake_that_stalls_holds_up_nobody(transactional_db: None, certificates: Certificates) -> None:
    add_peer()
    with listening(**settings_of(certificates)) as port, Wire(port):
        assert echo(port, client(certificates)) == 0


def test_a_peer_for_tls_only_is_unknown_without_it(transactional_db: None, certificates: Certificates) -> None:
    peer = add_peer()
    peer.tls = True
    peer.save()
    with listening(tls_port=0) as port:
        assert echo(port, None) is None
    with listening(**settings_of(certificates)) as port:
        assert echo(port, client(certificates)) == 0


def test_move_goes_to_a_tls_peer_by_tls(transactional_db: None, certificates: Certificates) -> None:
    take_in(mr(1))
    add_peer()
    got: list[Any] = []

    def keep(event: evt.Event) -> int:
        got.append(event.dataset)
        return 0

    ae = ApplicationEntity("TEST_DST")
    ae.add_supported_context("1.2.840.10008.5.1.4.1.1.4")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificates["own.crt"], certificates["own.key"])
    server_side.load_verify_locations(certificates["ca.crt"])
    server_side.verify_mode = ssl.CERT_REQUIRED
    there = free_port()
    handlers = [(evt.EVT_C_STORE, keep)]
    server = ae.start_server(("127.0.0.1", there), block=False, evt_handlers=handlers, ssl_context=server_side)  # type: ignore[arg-type]
    peer = add_peer("TEST_DST", port=there)
    peer.tls = True
    peer.save()
    try:
        with listening(**settings_of(certificates)) as port:
            scu = ApplicationEntity(SCU)
            tls = (client(certificates), "archive")
            association = scu.associate("127.0.0.1", port, [build_context(STUDY_ROOT_MOVE)], ae_title=AE, tls_args=tls)
            query = dataset(QueryRetrieveLevel="STUDY", StudyInstanceUID=STUDY)
            statuses = [status.Status for status, _ in association.send_c_move(query, "TEST_DST", STUDY_ROOT_MOVE)]
            association.release()
    finally:
        server.shutdown()  # type: ignore[union-attr]
    assert statuses[-1] == 0
    assert got == [mr(1)]
