"""Two cutoffs as a draft of a protocol: only with the figures that a calibration would tell, and on its own networks."""

from dataclasses import dataclass
from math import nan
from typing import Any

from django.db import transaction
from django.db.models import Max

from ml.evaluation.plain import plain
from ml.fingerprints import code_fingerprint
from ml.tactic import Cutoffs
from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, User
from radapp.reports.cutoff_desk.columns import Columns, SeveralCutoffsError, columns_of, together
from radapp.reports.cutoff_desk.sources import Provenance, Source
from radapp.triage.models import Protocol, ProtocolDraft
from radapp.triage.protocols import FEWEST_TO_ADVISE, bundles_of

CHANGED = "The source's inputs have changed since this page read them. Load it again and look at the figures once more."
IMPORTED = "These scores were brought with the study: no networks installed here made them, and cutoffs belong to networks."
SEVERAL = "Several sets of networks made these scores. Cutoffs belong to one set: choose a source that one set has read."
WITHOUT_T1WIC = "No patient of this cohort has a T1WIC score: what the tactic finds in its suspicious tier is not known."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which cutoffs of which cohort (empty: all), under which name; `inputs_sha256`: what the page had before it."""

    name: str
    cohort: str
    first: float
    second: float
    inputs_sha256: str


def refusal_of(columns: Columns, provenance: Provenance) -> tuple[str, str] | None:
    """Why no draft may be saved from this cohort: a code and a sentence; None where one may."""
    if provenance.protocol is None:
        return ("scores_imported", IMPORTED) if provenance.reason == "imported" else ("several_networks", SEVERAL)
    diseased = sum(row.truth for row in columns.rows)
    others = len(columns.rows) - diseased
    if min(diseased, others) < FEWEST_TO_ADVISE:
        return "too_few", (
            f"This cohort has {diseased} patients with and {others} without recurrence; expected at least "
            f"{FEWEST_TO_ADVISE} of each: of so few, nine in ten found may as well be seven in ten."
        )
    return ("without_t1wic", WITHOUT_T1WIC) if columns.t1wic_cutoff is None else None


def save_draft(source: Source, wish: Wish, user: User) -> ProtocolDraft:
    """Judge cutoffs, keep them with their figures, and tell the audit trail. Activates nothing. ApiError where refused."""
    inputs, provenance = source.inputs(), source.provenance()
    if inputs.sha256 != wish.inputs_sha256:
        raise ApiError(409, "inputs_changed", CHANGED)
    columns = _chosen(columns_of(inputs), wish.cohort)
    refused = refusal_of(columns, provenance)
    if refused:
        raise ApiError(409, *refused)
    protocol, calibration = provenance.protocol, _calibration(columns, wish, provenance, inputs.sha256)
    assert protocol is not None, "refusal_of told otherwise"
    assert columns.t1wic_cutoff is not None
    with transaction.atomic():
        newest = ProtocolDraft.objects.filter(name=wish.name).aggregate(version=Max("version"))["version"] or 0
        draft = ProtocolDraft.objects.create(
            name=wish.name,
            version=newest + 1,
            **_networks(protocol),
            first_cutoff=wish.first,
            second_cutoff=wish.second,
            t1wic_cutoff=columns.t1wic_cutoff,
            calibration=calibration,
            source=source.name,
            cohort=wish.cohort,
            inputs_sha256=inputs.sha256,
            synthetic=inputs.synthetic or protocol.synthetic,
            made_by=user,
        )
        audit.record(
            actor=user, action=AuditEntry.Action.PROTOCOL_DRAFTED, target=f"protocol draft {draft}", after=fact_of(draft)
        )
    return draft


def fact_of(draft: ProtocolDraft) -> dict[str, Any]:
    """What the audit trail says of it: no case."""
    tactic = draft.calibration["tactic"]
    return {
        "source": draft.source,
        "cohort": draft.cohort,
        "inputs": draft.inputs_sha256,
        "cutoffs": {"first": draft.first_cutoff, "second": draft.second_cutoff, "T1WIC": draft.t1wic_cutoff},
        "bundles": {"T1WI": draft.t1wi_id, "T2WI": draft.t2wi_id, "T1WIC": draft.t1wic_id},
        "sensitivity": {"apparent": _value(tactic["apparent"]), "cross_validated": _value(tactic["cross_validated"])},
    }


def _value(figures: dict[str, Any]) -> float | None:
    value = figures["sensitivity"]["value"]
    return None if value is None else float(value)


def _chosen(cohorts: tuple[Columns, ...], name: str) -> Columns:
    found = [one for one in cohorts if one.name == name]
    if found:
        return found[0]
    if name or not cohorts:
        raise ApiError(409, "no_such_cohort", f"This source has no cohort {name!r} with scores. Load the page again.")
    try:
        return together(cohorts)
    except SeveralCutoffsError as error:
        raise ApiError(409, "several_cutoffs", str(error)) from error


def _networks(protocol: Protocol) -> dict[str, Any]:
    return {
        "t1wi": protocol.t1wi,
        "t2wi": protocol.t2wi,
        "t1wic": protocol.t1wic,
        "weight_t1wi": protocol.weight_t1wi,
        "weight_t2wi": protocol.weight_t2wi,
    }


def _calibration(columns: Columns, wish: Wish, provenance: Provenance, inputs: str) -> dict[str, Any]:
    """In the shape in which a protocol keeps it (docs/calibration.md)."""
    from ml.tactic_by_hand import appraise  # it brings SciPy, which a web process starts without

    protocol, rows = provenance.protocol, columns.rows
    assert protocol is not None
    assert columns.t1wic_cutoff is not None
    cutoffs = Cutoffs(first=wish.first, second=wish.second, t1wic=columns.t1wic_cutoff)
    truths = [row.truth for row in rows]
    found = appraise(
        [row.score for row in rows],
        truths,
        [nan if row.t1wic is None else row.t1wic for row in rows],
        cutoffs,
        patients=[row.patient for row in rows],
    )
    told = {"sensitivity": found.cross_validated.sensitivity, "specificity": found.cross_validated.specificity}
    return {
        "by_hand": True,
        "patients": len({row.patient for row in rows}),
        "examinations": len(rows),
        "recurrences": sum(truths),
        "weights": {"T1WI": protocol.weight_t1wi, "T2WI": protocol.weight_t2wi},
        "bundles": bundles_of(protocol),
        "rule": found.rule,
        "T1WIC": "as it was before",
        "tactic": plain(
            {
                "apparent": found.apparent,
                "apparent_spared": found.spared,
                "cross_validated": told,
                "cross_validated_spared": found.cross_validated.spared,
            }
        ),
        "missing_t1wic": found.missing_t1wic,
        "resampling": plain(found.resampling),
        "fingerprints": {"inputs": inputs, "code": code_fingerprint()},
        "cases": [[row.score, int(row.truth)] for row in rows],
        "t1wic": [row.t1wic for row in rows],
    }
