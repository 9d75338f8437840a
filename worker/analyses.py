"""One saved report, from frozen inputs to files. The outcome of every error is decided here.

It gives way: before every step it looks whether an examination waits.
"""

import logging
import secrets

from django.db import InterfaceError, OperationalError

from radapp.reports import leases
from radapp.reports.inputs.reading import UnreadableInputsError
from radapp.reports.sources import ReportRefusedError
from radapp.reports.work import make_files
from worker.heartbeat import Heartbeat

logger = logging.getLogger(__name__)

UNEXPECTED = "The report could not be made: {error}. The worker's log has more under the reference {reference}."
MEMORY = "The worker's memory did not suffice."


def work(report_id: int) -> None:
    """Claim and make one report. Returns at once when it is not to be had."""
    lease = leases.claim(report_id)
    if lease is None:
        return
    logger.info("report %d: attempt %d", report_id, lease.attempt)
    try:
        with Heartbeat(f"report {report_id}", lambda: leases.heartbeat(lease)):
            _carry_out(lease)
    except (leases.LeaseLost, leases.Postponed) as stopped:
        logger.info("%s", stopped)


def _carry_out(lease: leases.Lease) -> None:
    """Make it, and turn each kind of error into its outcome."""
    try:
        make_files(lease)
    except (leases.LeaseLost, leases.Postponed):
        raise
    except (ReportRefusedError, UnreadableInputsError) as refused:
        leases.fail(lease, str(refused))
    except MemoryError:
        leases.release(lease, MEMORY)
    except (OperationalError, InterfaceError, OSError) as error:
        leases.release(lease, f"{type(error).__name__}: {error}")
    except Exception as error:  # what an analysis stumbled over is told; asking again would not help
        reference = secrets.token_hex(4)
        logger.exception("report %d failed, reference %s", lease.report_id, reference)
        leases.fail(lease, UNEXPECTED.format(error=f"{type(error).__name__}: {error}".rstrip("."), reference=reference))
