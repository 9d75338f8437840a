"""Which studies with a truth can be trained on, and what of them: looked at by headers alone, before a byte is written."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pydicom

from ml.series import choose_by_headers
from radapp.archive import storage
from radapp.archive.deidentification import DeidentificationRefused, SeriesWords, deidentified, words_of
from radapp.archive.headers import UNREADABLE
from radapp.archive.models import Instance, SequenceRole, Series, Study
from radapp.archive.pseudonyms import patient_pseudonym, pseudonym, pseudonym_uid
from radapp.archive.selectors import chosen_series
from radapp.triage.training_models import Truth

SEQUENCES = (SequenceRole.T1WI, SequenceRole.T2WI, SequenceRole.T1WIC)


@dataclass(frozen=True)
class Wish:
    """What is to be exported: the roles that every case must have, all series of a study or these, headers as stored."""

    sequences: tuple[str, ...] = tuple(role.value for role in SEQUENCES)
    all_series: bool = False
    identified: bool = False


@dataclass(frozen=True)
class PlannedSeries:
    """One series to be written into `folder` of its case; `words` is what its headers will say, None: as stored.

    `size` is that of its stored files, in bytes.
    """

    folder: str
    uid: str
    size: int
    words: SeriesWords | None


@dataclass(frozen=True)
class PlannedCase:
    """One study to be written: names in the set, label and series."""

    study: Study
    case: str
    patient: str
    label: bool
    series: tuple[PlannedSeries, ...]

    @property
    def size(self) -> int:
        """What its files take, nearly, in bytes."""
        return sum(one.size for one in self.series)


@dataclass(frozen=True)
class LeftOut:
    """A truth whose study cannot be trained on, and why; `damaged` where files are not in the archive as they should be."""

    study: Study
    label: bool
    reason: str
    damaged: bool = False


class _Unusable(ValueError):  # noqa: N818 - a reason
    """Why a study is left out."""


class ArchiveDamaged(Exception):  # noqa: N818 - a refusal, and no value that cannot be read
    """A stored file is missing, or is not what was stored."""


def plan(wish: Wish) -> Iterator[PlannedCase | LeftOut]:
    """One answer for each truth, in the order of the studies' UIDs."""
    for truth in Truth.objects.select_related("study").order_by("study__study_instance_uid"):
        try:
            yield _plan_case(truth.study, truth.label, wish)
        except _Unusable as error:
            yield LeftOut(truth.study, truth.label, str(error))
        except ArchiveDamaged as error:
            yield LeftOut(truth.study, truth.label, str(error), damaged=True)


def _plan_case(study: Study, label: bool, wish: Wish) -> PlannedCase:
    stored = list(study.series.filter(generated=False, instances__rejected=False).distinct())
    found = chosen_series(stored)
    chosen = {role: found[role] for role in wish.sequences if role in found}
    missing = [role for role in wish.sequences if role not in chosen]
    if missing:
        raise _Unusable(f"no series is recognised as {' or '.join(missing)} ({len(stored)} series)")
    roles = {uid: role for role, uid in chosen.items()}
    headers: dict[str, list[pydicom.Dataset]] = {}
    series = []
    for one in stored:
        role = roles.get(one.series_instance_uid, SequenceRole.NONE.value)
        if role == SequenceRole.NONE and not wish.all_series:
            continue
        planned = _plan_series(one, role, patient_pseudonym(study), wish, headers)
        if planned is not None:
            series.append(planned)
    uids = {role: uid if wish.identified else pseudonym_uid(uid) for role, uid in chosen.items()}
    _check_choice(uids, headers, wish)
    case = pseudonym("case", study.study_instance_uid)
    return PlannedCase(study, case, patient_pseudonym(study), label, tuple(series))


def _plan_series(
    series: Series, role: str, patient: str, wish: Wish, headers: dict[str, list[pydicom.Dataset]]
) -> PlannedSeries | None:
    """The series as it will be written, its headers added to `headers` by their new UID; None: it stays in the archive."""
    instances = list(series.instances.all())
    size = sum(instance.size for instance in instances)
    folder = role if role != SequenceRole.NONE else pseudonym("series", series.series_instance_uid)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stored = [_header(instance) for instance in instances]
            if wish.identified:
                headers[series.series_instance_uid] = stored
                return PlannedSeries(folder, series.series_instance_uid, size, None)
            words = words_of(stored, role)
            headers[pseudonym_uid(series.series_instance_uid)] = [deidentified(one, patient, words) for one in stored]
    except (DeidentificationRefused, *UNREADABLE) as error:
        if role == SequenceRole.NONE:
            return None
        raise _Unusable(f"its {role} cannot be exported: {error}") from error
    return PlannedSeries(folder, series.series_instance_uid, size, words)


def _header(instance: Instance) -> pydicom.Dataset:
    path = storage.path_of(instance.sha256)
    try:
        size = path.stat().st_size
        if size != instance.size:
            raise damaged(instance, f"has {size} bytes instead of {instance.size}")
        return pydicom.dcmread(path, stop_before_pixels=True, force=True)
    except FileNotFoundError as error:
        raise damaged(instance, "is missing") from error


def damaged(instance: Instance, words: str) -> ArchiveDamaged:
    """The refusal for one stored file."""
    path = storage.path_of(instance.sha256)
    return ArchiveDamaged(f"the stored file of instance {instance.sop_instance_uid} {words} ({path}): bring back a backup")


def _check_choice(chosen: Mapping[str, str], headers: Mapping[str, Sequence[pydicom.Dataset]], wish: Wish) -> None:
    """See that training, which knows headers alone, will take the same series for the same roles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = {str(role): one.uid for role, one in choose_by_headers(headers).items()}
    for role, uid in chosen.items():
        if taken.get(role) == uid:
            continue
        instead = "another series" if role in taken else "none"
        hint = "a person gave it this role, or other series tell it"
        help_ = "" if wish.all_series or not wish.identified else " (--all-series brings those)"
        raise _Unusable(f"by its headers training would take {instead} for {role}: {hint}{help_}")
