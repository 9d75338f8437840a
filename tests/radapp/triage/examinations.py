"""Examinations, bundles and protocols as rows alone, for what needs no images."""

import itertools
from collections.abc import Mapping

from django.utils import timezone

from radapp.archive.generated import Kept
from radapp.archive.models import Instance, Series, Source, Study
from radapp.triage import reports, runs
from radapp.triage.models import InstalledBundle, Protocol, Run

_numbers = itertools.count(1)
ROLES = ("T1WI", "T2WI", "T1WIC")


def study(**facts: object) -> Study:
    """A study without series."""
    values: dict[str, object] = {
        "study_instance_uid": f"1.2.826.{next(_numbers)}",
        "patient_id": "P1",
        "patient_name": "Test^Person",
        "source": Source.IMPORT,
    }
    return Study.objects.create(**(values | facts))


def series(of: Study, role: str = "none", *, modality: str = "MR", images: int = 3, **facts: object) -> Series:
    """A series of `images` instances with a recognised role."""
    made = Series.objects.create(
        study=of,
        series_instance_uid=f"{of.study_instance_uid}.{next(_numbers)}",
        modality=modality,
        recognised_role=role,
        evidence=f"recognised as {role}",
        plane="axial",
        **facts,
    )
    for number in range(1, images + 1):
        instance(made, number)
    return made


def instance(of: Series, number: int) -> Instance:
    """One instance; its digest is its own."""
    uid = f"{of.series_instance_uid}.{number}"
    return Instance.objects.create(
        series=of,
        sop_instance_uid=uid,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.4",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        instance_number=number,
        sha256=f"{uid:0>64}"[-64:],
        size=1,
        dataset_digest=f"d{uid:0>63}"[-64:],
        source=Source.IMPORT,
    )


def protocol(*, name: str = "test", version: int = 1, active: bool = True, **figures: object) -> Protocol:
    """A protocol with cutoffs 0.6, 0.3 and 0.5 on three bundles that are rows alone."""
    bundles = {
        role.lower(): InstalledBundle.objects.get_or_create(
            sha256=f"{role}-{name}",
            defaults={
                "name": f"{role} {name}",
                "role": role,
                "architecture": "none",
                "path": "",
                "manifest": {},
                "synthetic": True,
            },
        )[0]
        for role in ROLES
    }
    values: dict[str, object] = {"first_cutoff": 0.6, "second_cutoff": 0.3, "t1wic_cutoff": 0.5, "synthetic": True}
    values["calibrated_on"] = " ".join(bundle.sha256 for bundle in bundles.values())
    return Protocol.objects.create(name=name, version=version, active=active, **bundles, **(values | figures))


def findings(t1wi: float, t2wi: float, t1wic: float | None = None, **facts: object) -> runs.Findings:
    """What networks might say."""
    scores: Mapping[str, float] = {"T1WI": t1wi, "T2WI": t2wi} | ({} if t1wic is None else {"T1WIC": t1wic})
    values: dict[str, object] = {
        "series": [{"uid": "1.2", "role": role, "evidence": "", "resampled": False} for role in scores],
        "preprocessing": {},
        "guards": [],
        "notes": [],
        "synthetic": True,
    }
    return runs.Findings(scores=scores, **(values | facts))  # type: ignore[arg-type]


def written(lease: runs.Lease, *heatmaps: runs.StoredHeatmap) -> runs.Written:
    """What a worker hands over at a run's end, without a single object."""
    drafted = reports.draft(Study.objects.get(runs=lease.run_id))
    return runs.Written(Kept(()), heatmaps, (), drafted, ())


def finished(of: Study, found: runs.Findings) -> Run:
    """The study's queued run, carried out as a worker would."""
    run = Run.objects.get(study=of, state=Run.State.QUEUED)
    lease = runs.claim(run.pk, "test")
    assert lease is not None
    runs.record_result(lease, found)
    runs.complete(lease, written(lease))
    run.refresh_from_db()
    return run


def unheard(run: Run, seconds: float) -> None:
    """Let the run's last heartbeat, and its bell, be this long ago."""
    then = timezone.now() - timezone.timedelta(seconds=seconds)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=then)
