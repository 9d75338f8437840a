"""Storage of its own for each test, a peer that may do everything, and a listener."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from radapp.dimse.models import Peer
from tests.radapp.dimse.house import add_peer, listening


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path, settings: object) -> None:
    """Storage and state of each test lie in its own folder."""
    settings.STORAGE_DIR = tmp_path / "archive"  # type: ignore[attr-defined]
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def peer(transactional_db: None) -> Peer:
    """TEST_SCU at 127.0.0.1, which may do everything."""
    return add_peer()


@pytest.fixture
def port(peer: Peer) -> Iterator[int]:
    """The port of a running listener."""
    with listening() as found:
        yield found
