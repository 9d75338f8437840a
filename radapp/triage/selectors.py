"""Triage's answers as its API gives them: worklist rows and results, put together from outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from radapp.archive.models import SequenceRole, Series, Study
from radapp.archive.serializers import patient_of
from radapp.archive.waiting import Standing
from radapp.triage import outcome
from radapp.triage.calibration import nearest
from radapp.triage.models import Confirmation, InstalledBundle, Protocol, Result, Run, State, StudyTriage
from radapp.triage.outcome import Outcome
from radapp.triage.worklist import set_aside_counts

NETWORKS = (SequenceRole.T1WI, SequenceRole.T2WI, SequenceRole.T1WIC)
REFERENCE_LABEL = "1 is the reference value kept in the network's bundle."
SETTLED = (State.WAITING, State.DONE, State.NOT_ASSESSABLE, State.FAILED)


def rows(studies: Sequence[Study]) -> list[dict[str, Any]]:
    """Worklist rows in the studies' order, in a fixed number of queries."""
    found = outcome.outcomes(studies)
    present = _roles_present(studies)
    set_aside = set_aside_counts(studies)
    return [_row(study, found[study.pk], present[study.pk], set_aside.get(study.pk, 0)) for study in studies]


def _roles_present(studies: Sequence[Study]) -> dict[int, set[str]]:
    present: dict[int, set[str]] = {study.pk: set() for study in studies}
    in_force = Q(assigned_role__in=NETWORKS) | Q(assigned_role__isnull=True, recognised_role__in=NETWORKS)
    for series in Series.objects.filter(in_force, study__in=studies, generated=False):
        present[series.study_id].add(series.role)
    return present


def _row(study: Study, found: Outcome, present: set[str], set_aside: int) -> dict[str, Any]:
    result, protocol = found.result, found.protocol
    resampled = {one["role"] for one in result.series if one["resampled"]} if result else set()
    running = found.run is not None and found.run.state == Run.State.RUNNING
    return {
        "uid": study.study_instance_uid,
        "patient": patient_of(study),
        "accession_number": study.accession_number,
        "study_date": study.study_date,
        "description": study.study_description,
        "tier": result.tier if result else None,
        "final": found.final,
        "state": found.state,
        "reason": found.reason,
        "remedy": found.remedy,
        "stage": found.run.stage if found.run and running else "",
        "percent": found.run.percent if found.run and running else 0,
        "score": result.score_t1_t2 if result else None,
        "cutoffs": {"first": protocol.first_cutoff, "second": protocol.second_cutoff} if protocol else None,
        "sequences": [{"role": role, "present": role in present, "resampled": role in resampled} for role in NETWORKS],
        "advice": found.advice,
        "confirmation": _confirmation(found.confirmation),
        "result_at": result.created_at if result else None,
        "received_at": study.received_at,
        "changed_at": found.changed_at or study.received_at,
        "source": study.source,
        "synthetic": study.synthetic or bool(result and result.synthetic),
        "set_aside": set_aside,
    }


def _confirmation(newest: Confirmation | None) -> dict[str, Any] | None:
    if newest is None:
        return None
    return {
        "by": newest.decided_by.display_name,
        "at": newest.decided_at,
        "decision": newest.decision,
        "contrast": newest.contrast,
        "reason": newest.reason,
    }


def result(study: Study) -> dict[str, Any]:
    """What GET /api/studies/{uid}/result/ answers (ResultSerializer)."""
    found = outcome.of_study(study)
    run, kept, protocol = found.run, found.result, found.protocol
    running = run is not None and run.state == Run.State.RUNNING
    return {
        "state": found.state,
        "reason": found.reason,
        "remedy": found.remedy,
        "stage": run.stage if run and running else "",
        "percent": run.percent if run and running else (100 if found.state == State.DONE else 0),
        "run_id": run.pk if run else None,
        "result_at": kept.created_at if kept else None,
        "tier": kept.tier if kept else None,
        "final": found.final,
        "advice": found.advice,
        "confirmation": _confirmation(found.confirmation),
        "scores": _scores(kept),
        "cutoffs": _cutoffs(protocol),
        "nearest": nearest(protocol.calibration, kept.score_t1_t2) if protocol and kept else None,
        "series": kept.series if kept else [],
        "bundles": kept.bundles if kept else {},
        "networks": _networks(kept.bundles) if kept else [],
        "protocol": str(protocol) if protocol else None,
        "heatmaps": _heatmaps(kept) if kept else [],
        "notes": kept.notes if kept else [],
        "synthetic": study.synthetic or bool(kept and kept.synthetic),
    }


def _scores(kept: Result | None) -> dict[str, float | None]:
    if kept is None:
        return {"T1WI": None, "T2WI": None, "T1_T2": None, "T1WIC": None}
    return {"T1WI": kept.score_t1wi, "T2WI": kept.score_t2wi, "T1_T2": kept.score_t1_t2, "T1WIC": kept.score_t1wic}


def _cutoffs(protocol: Protocol | None) -> dict[str, float | None]:
    if protocol is None:
        return {"first": None, "second": None, "T1WIC": None}
    return {"first": protocol.first_cutoff, "second": protocol.second_cutoff, "T1WIC": protocol.t1wic_cutoff}


def _networks(bundles: Mapping[str, str]) -> list[dict[str, Any]]:
    installed = InstalledBundle.objects.in_bulk(list(bundles.values()))
    return [
        {
            "role": role,
            "name": installed[sha256].name,
            "sha256": sha256,
            "label": installed[sha256].manifest.get("label", ""),
            "synthetic": installed[sha256].synthetic,
            "fat_saturated": installed[sha256].fat_saturated,
        }
        for role, sha256 in bundles.items()
        if sha256 in installed
    ]


def _heatmaps(kept: Result) -> list[dict[str, Any]]:
    installed = InstalledBundle.objects.in_bulk(list(kept.bundles.values()))
    return [
        {
            "sequence": heatmap.sequence,
            "sop_instance_uid": heatmap.sop_instance_uid,
            "series_instance_uid": heatmap.series_instance_uid,
            "peak": heatmap.peak,
            "cell_size": heatmap.cell_size,
            "reference_label": REFERENCE_LABEL,
            "localisation": _localisation(installed.get(kept.bundles.get(heatmap.sequence, ""))),
        }
        for heatmap in kept.heatmaps.order_by("id")
    ]


def _localisation(bundle: InstalledBundle | None) -> dict[str, Any] | None:
    """How well the network's heatmaps point, as its bundle says; None where it was not measured on enough cases."""
    heldout = (bundle.manifest.get("metrics") or {}).get("heldout") if bundle else None
    found = ((heldout or {}).get("heatmap") or {}).get("localisation")
    if not found or not found["cases"]:
        return None
    shares = {}
    for name in ("within_10_mm", "within_one_cell"):
        shares[name], shares[f"{name}_by_chance"] = found[name]["value"], found["chance"][name]
    return {"cases": found["cases"], **shares}


def standings(study_uids: Sequence[str]) -> list[Standing]:
    """Where studies stand, for `import_dicom --wait`: waiting counts as settled, once the images have been weighed."""
    found = StudyTriage.objects.filter(study__study_instance_uid__in=study_uids, considered_at__isnull=False)
    known = {row.study.study_instance_uid: row for row in found.select_related("study")}
    return [
        Standing(uid, known[uid].state, known[uid].reason, settled=known[uid].state in SETTLED)
        if uid in known
        else Standing(uid, State.WAITING, outcome.NOT_WEIGHED, settled=False)
        for uid in study_uids
    ]
