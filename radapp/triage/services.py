"""What a study's images ask for: a run, patience, or a word on why nothing can be said. (People decide in decisions.py.)"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from radapp.archive import arrivals, merges, table
from radapp.archive.models import Instance, Intake, SequenceRole, Series, SeriesArrival, Study
from radapp.archive.selectors import chosen_series
from radapp.triage import dispatch, runs, standing
from radapp.triage.models import Protocol, Result, Run, State, StudyTriage
from radapp.triage.protocols import active_protocol

LONE_ROLE_WAIT = timedelta(hours=2)
"""How long a study waits for a missing sequence after its newest image, before it counts as not assessable."""

FORGOTTEN_AFTER = timedelta(seconds=15)
FORGOTTEN_WITHIN = timedelta(days=1)

NEEDED = (SequenceRole.T1WI, SequenceRole.T2WI)
NO_MR = "The study holds no MR images."
NO_MR_REMEDY = "This tactic reads MR: take in the axial T1- and T2-weighted series of the examination."
NO_ROLE = "No series was recognised as T1WI or T2WI."
NO_ROLE_REMEDY = "Take in the axial T1- and T2-weighted series, or give a series its role by hand in the viewer."
MISSING = "{roles} {verb} not arrived."
MISSING_REMEDY = "Send the missing series, or give a series this role by hand in the viewer."
ARRIVING = "{roles} {verb} still arriving."
ARRIVING_REMEDY = "Nothing needs to be done: the study is read as soon as the series is complete."
TIMED_OUT = "{roles} did not arrive within {wait} of the last image."
NO_PROTOCOL = "No protocol is active."
NO_PROTOCOL_REMEDY = "An administrator must install one: manage.py install_bundles."
SUPERSEDED = "The study's images or roles changed."


def fingerprint(chosen: Mapping[str, str], merged: Iterable[int] = ()) -> str:
    """SHA-256 over role, series, instance and data-set digest of every instance the run would read.

    Merges by which the study came to another patient count, too: reports that name the earlier one are out of date.
    """
    found = Instance.objects.filter(series__series_instance_uid__in=chosen.values()).values_list(
        "series__series_instance_uid", "sop_instance_uid", "dataset_digest"
    )
    roles = {uid: role for role, uid in chosen.items()}
    lines = sorted([roles[series], series, instance, digest] for series, instance, digest in found)
    lines += [["merge", str(merge)] for merge in merged]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def consider(study_uid: str) -> None:
    """Weigh what a study holds now: open a run, supersede one whose input changed, wait, or say why nothing can be said.

    Idempotent: the same images, roles and protocol change nothing.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).filter(study_instance_uid=study_uid).first()
        if study is None:
            return
        at = timezone.now()
        holds = _holds(study)
        protocol = active_protocol()
        obstacle = _obstacle(study, holds, protocol)
        if obstacle is not None or protocol is None:
            _supersede_open(study)
            standing.keep(study, obstacle or standing.Standing(State.WAITING, NO_PROTOCOL, NO_PROTOCOL_REMEDY))
        else:
            _run_on(study, protocol, holds)
        StudyTriage.objects.filter(study=study).update(considered_at=at)


@dataclass(frozen=True)
class Holds:
    """What a study holds: its series, those chosen by role, those arriving; what its run or result has read, and said."""

    series: list[Series]
    chosen: Mapping[str, str]
    arriving: Mapping[str, SeriesArrival]
    read: Mapping[str, str]
    result: Result | None
    on_table: bool


def _holds(study: Study) -> Holds:
    """T1WIC that is still arriving is not chosen: the tactic's unenhanced part stands until it has come."""
    before = StudyTriage.objects.filter(study=study).select_related("run", "result__run").first()
    result = before.result if before else None
    known = (before.run if before else None, result.run if result else None)
    read = {uid: role for run in known if run is not None for role, uid in run.inputs.items()}
    series = list(study.series.filter(generated=False, instances__rejected=False).distinct())
    rows = arrivals.of_studies([study])[study.pk]
    arriving = {row.series.series_instance_uid: row for row in rows if not row.complete}
    chosen = chosen_series(series)
    if chosen.get(SequenceRole.T1WIC) in arriving:
        there = [one for one in series if one.role != SequenceRole.T1WIC or one.series_instance_uid not in arriving]
        chosen = chosen_series(there)
    return Holds(series, chosen, arriving, read, result, table.is_on_table(study, rows))


def _obstacle(study: Study, holds: Holds, protocol: Protocol | None) -> standing.Standing | None:
    """Why no run can be opened, or None."""
    arriving = _arriving(holds)
    if arriving:
        return _still_arriving(arriving, holds.result)
    if not any(one.modality == "MR" for one in holds.series):
        return standing.Standing(State.NOT_ASSESSABLE, NO_MR, NO_MR_REMEDY)
    if not holds.chosen and not holds.on_table:
        return standing.Standing(State.NOT_ASSESSABLE, NO_ROLE, NO_ROLE_REMEDY)
    missing = [role.value for role in NEEDED if role.value not in holds.chosen]
    if missing:
        return _missing(missing, _newest_image(study))
    if protocol is None:
        return standing.Standing(State.WAITING, NO_PROTOCOL, NO_PROTOCOL_REMEDY)
    return None


def _arriving(holds: Holds) -> dict[str, SeriesArrival]:
    """By role, series that a run needs and that are still arriving: chosen, their like made once more, or read before."""
    by_uid = {one.series_instance_uid: one for one in holds.series}
    found = {holds.read[uid]: row for uid, row in holds.arriving.items() if uid in holds.read}
    for role in NEEDED:
        chosen = by_uid.get(holds.chosen.get(role.value, ""))
        for uid, row in holds.arriving.items():
            other = by_uid.get(uid)
            if chosen is not None and other is not None and _is_like(other, chosen, role.value):
                found[role.value] = row
    return found


def _is_like(other: Series, chosen: Series, role: str) -> bool:
    """Whether a series is the chosen one, or repeats it: of one role, plane and kind."""
    if other.pk == chosen.pk:
        return True
    return other.role == role and (other.plane, other.fat_saturated) == (chosen.plane, chosen.fat_saturated)


def _still_arriving(arriving: Mapping[str, SeriesArrival], result: Result | None) -> standing.Standing:
    """Waiting for slices. What was found before stays in sight, stale, and what re-opened a series is said."""
    remarks = dict.fromkeys(row.remark for row in arriving.values() if row.reopened and row.remark)
    words = ARRIVING.format(roles=" and ".join(arriving), verb="is" if len(arriving) == 1 else "are")
    return standing.Standing(State.WAITING, " ".join([words, *remarks]), ARRIVING_REMEDY, result=result)


def _newest_image(study: Study) -> datetime:
    """When the newest image came."""
    images = Instance.objects.filter(series__study=study, series__generated=False)
    return images.aggregate(newest=Max("received_at"))["newest"] or study.received_at


def _missing(roles: list[str], since: datetime) -> standing.Standing:
    named = " and ".join(roles)
    if timezone.now() - since >= LONE_ROLE_WAIT:
        hours = f"{LONE_ROLE_WAIT.total_seconds() / 3600:g} hours"
        return standing.Standing(State.NOT_ASSESSABLE, TIMED_OUT.format(roles=named, wait=hours), MISSING_REMEDY)
    verb = "has" if len(roles) == 1 else "have"
    return standing.Standing(State.WAITING, MISSING.format(roles=named, verb=verb), MISSING_REMEDY, waiting_since=since)


def _supersede_open(study: Study, keep: Run | None = None) -> None:
    """End the study's open runs: what they read is no longer what the study holds. Their workers lose the lease."""
    others = Run.objects.filter(study=study, state__in=standing.OPEN)
    if keep is not None:
        others = others.exclude(pk=keep.pk)
    others.update(state=Run.State.SUPERSEDED, lease=None, reason=SUPERSEDED, finished_at=timezone.now())


def _run_on(study: Study, protocol: Protocol, holds: Holds) -> None:
    """See that the run on this input is the study's run: the same one again, one brought back, or a new one."""
    read = fingerprint(holds.chosen, merges.marks(study.study_instance_uid))
    run = Run.objects.filter(study=study, protocol=protocol, fingerprint=read).first()
    _supersede_open(study, keep=run)
    if run is None:
        run = Run.objects.create(
            study=study, protocol=protocol, fingerprint=read, inputs=dict(holds.chosen), urgent=holds.on_table
        )
        dispatch.send_on_commit(run.pk)
    elif run.state == Run.State.SUPERSEDED:
        runs.reopen(run)
    row = StudyTriage.objects.filter(study=study).select_related("result").first()
    standing.keep(study, standing.of_run(run, previous=row.result if row else None))


def expire_waiting() -> int:
    """Weigh anew the studies whose missing sequence is overdue; how many."""
    overdue = StudyTriage.objects.filter(state=State.WAITING, waiting_since__lte=timezone.now() - LONE_ROLE_WAIT)
    return _consider_all(overdue.values_list("study__study_instance_uid", flat=True))


def consider_waiting_for_protocol() -> int:
    """Weigh the studies that waited for an active protocol; how many."""
    waiting = StudyTriage.objects.filter(state=State.WAITING, reason=NO_PROTOCOL)
    return _consider_all(waiting.values_list("study__study_instance_uid", flat=True))


def consider_forgotten() -> int:
    """Weigh the studies of an intake that ended without being weighed since (the process died in between); how many."""
    now = timezone.now()
    # An intake that a full disk cut short announces nothing on purpose: its studies may lack images.
    ended = Intake.objects.filter(
        finished_at__gt=now - FORGOTTEN_WITHIN, finished_at__lt=now - FORGOTTEN_AFTER, storage_full=False
    )
    latest: dict[str, datetime] = {}
    for studies, finished_at in ended.order_by("finished_at").values_list("studies", "finished_at"):
        latest.update(dict.fromkeys(studies, finished_at))
    weighed = StudyTriage.objects.filter(study__study_instance_uid__in=latest).values_list(
        "study__study_instance_uid", "considered_at"
    )
    done = {uid for uid, at in weighed if at is not None and at >= latest[uid]}
    return _consider_all(uid for uid in latest if uid not in done)


def _consider_all(study_uids: Iterable[str]) -> int:
    uids = list(study_uids)
    for uid in uids:
        consider(uid)
    return len(uids)
