"""Examinations read by networks as rows alone; no broker."""

from tests.radapp.triage.conftest import _no_broker as _no_broker
