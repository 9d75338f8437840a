"""A broker that is down, as far as these tests are concerned: what rings is tested with the real one in tests/worker."""

import pytest
from django.test import override_settings

from radapp import broker


@pytest.fixture(autouse=True)
def _no_broker() -> object:
    """Port 9 (discard) refuses connections; nothing in triage may need the broker."""
    broker.celery.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:9/0"):
        yield
    broker.celery.cache_clear()
