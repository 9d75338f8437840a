"""Dates that may be told: none, or shifted so that every examination has one date and a prior keeps its distance."""

from datetime import datetime, timedelta

from radapp.readerstudies.blinding.allowed import ANCHOR
from radapp.readerstudies.models import ProtocolVersion, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.sight import Sight

Dates = tuple[str, str] | None
"""(examination's, prior's) as DICOM dates, empty where not known; None where the protocol removes dates."""


def protocol_of(study: ReaderStudy) -> Protocol:
    """The protocol in force: the newest version, or the draft."""
    newest = None if study.is_drafted else ProtocolVersion.objects.filter(study=study).order_by("-version").first()
    return Protocol.of(study.draft if newest is None else newest.content)


def dates_of(sight: Sight) -> Dates:
    """As the protocol says.

    The shift is each case's own: its examination falls on the same day as everybody else's, so that a date tells nothing.
    """
    if protocol_of(sight.study).blinding.dates != "shifted":
        return None
    here, before = sight.examination.study_date, sight.prior.study_date if sight.prior else None
    if here is None or before is None:
        return ANCHOR, ""
    shifted: datetime = datetime.strptime(ANCHOR, "%Y%m%d") - timedelta(days=(here - before).days)
    return ANCHOR, f"{shifted:%Y%m%d}"
