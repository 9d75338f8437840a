"""Cutoffs that stand on the desk as ghosts: the installed protocol's and the paper's, and what they mean here."""

from dataclasses import dataclass

from radapp.reports.cutoff_desk.sources import Provenance
from radapp.triage.models import Protocol
from radapp.triage.protocols import active_protocol, calibrated_on, needs_calibration


@dataclass(frozen=True, kw_only=True)
class Mark:
    """`whose`: `installed` or `paper`. `standing`: `own` (found on these networks), `uncalibrated`, `others`, `unknown`."""

    key: str
    whose: str
    name: str
    first: float
    second: float
    standing: str


def marks_of(provenance: Provenance) -> tuple[Mark, ...]:
    """The active protocol, else the one whose networks made the scores; then the paper's two pairs."""
    found = active_protocol() or provenance.protocol
    installed = (_installed(found, provenance),) if found else ()
    return (*installed, *_papers(provenance))


def _installed(protocol: Protocol, provenance: Provenance) -> Mark:
    return Mark(
        key="installed",
        whose="installed",
        name=str(protocol),
        first=protocol.first_cutoff,
        second=protocol.second_cutoff,
        standing=_standing(protocol, provenance.protocol),
    )


def _standing(protocol: Protocol, made: Protocol | None) -> str:
    if made is None:
        return "unknown"
    if _networks(protocol) != _networks(made):
        return "others"
    return "uncalibrated" if needs_calibration(protocol) else "own"


def _networks(protocol: Protocol) -> str:
    return calibrated_on({"T1WI": protocol.t1wi_id, "T2WI": protocol.t2wi_id, "T1WIC": protocol.t1wic_id})


def _papers(provenance: Provenance) -> tuple[Mark, ...]:
    from ml.presets import presets  # which loads what makes images ready: a web process starts without

    # The paper's networks are not published: nothing that is installed can be them. Brought scores may be.
    standing = "others" if provenance.protocol or provenance.reason == "several" else "unknown"
    return tuple(
        Mark(key=name, whose="paper", name=one.title, first=one.first, second=one.second, standing=standing)
        for name, one in presets().items()
    )
