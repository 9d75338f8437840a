"""Shapes of the archive's JSON: patients, studies, series, intakes and set-aside instances."""

from datetime import date
from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole, SetAside, Source, Study


def age_in_years(birth_date: date | None, at: date | None) -> int | None:
    """Whole years at `at`; None where either is unknown or they contradict each other."""
    if birth_date is None or at is None or at < birth_date:
        return None
    return at.year - birth_date.year - ((at.month, at.day) < (birth_date.month, birth_date.day))


def patient_of(study: Study) -> dict[str, Any]:
    """The patient block that worklist rows, study details and set-aside instances share (PatientSerializer)."""
    return {
        "id": study.patient_id,
        "name": study.patient_name,
        "sex": study.patient_sex,
        "birth_date": study.patient_birth_date,
        "age": age_in_years(study.patient_birth_date, study.study_date),
    }


class PatientSerializer(serializers.Serializer[Any]):
    """The patient as stored; `name` is DICOM PN, ^-separated; `age` in whole years at the examination."""

    id = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    sex = serializers.CharField(allow_blank=True)
    birth_date = serializers.DateField(allow_null=True)
    age = serializers.IntegerField(allow_null=True)


class SeriesSerializer(serializers.Serializer[Any]):
    """One series with its role, how it got it, and whether the tactic would read it."""

    uid = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    modality = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(choices=SequenceRole.choices)
    recognised_role = serializers.ChoiceField(choices=SequenceRole.choices)
    assigned_role = serializers.ChoiceField(choices=SequenceRole.choices, allow_null=True)
    assigned_by = serializers.CharField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)
    plane = serializers.CharField(allow_blank=True)
    acquisition = serializers.CharField(allow_blank=True)
    fat_saturated = serializers.BooleanField(allow_null=True)
    instances = serializers.IntegerField()
    chosen = serializers.BooleanField()
    generated = serializers.BooleanField()
    superseded = serializers.BooleanField(help_text="Newer objects of this application took its place.")
    sop_class_uid = serializers.CharField(allow_blank=True)
    frame_of_reference_uid = serializers.CharField(allow_blank=True)


class StudyDetailSerializer(serializers.Serializer[Any]):
    """One examination with its series."""

    uid = serializers.CharField()
    patient = PatientSerializer()
    accession_number = serializers.CharField(allow_blank=True)
    study_date = serializers.DateField(allow_null=True)
    study_time = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    synthetic = serializers.BooleanField()
    received_at = serializers.DateTimeField()
    series = SeriesSerializer(many=True)
    set_aside = serializers.IntegerField(help_text="Instances set aside that wait for an administrator.")


class RoleChangeSerializer(serializers.Serializer[Any]):
    """A person's role for a series; null goes back to the recognised one."""

    role = serializers.ChoiceField(choices=SequenceRole.choices, allow_null=True)
    reason = serializers.CharField(allow_blank=True, default="", max_length=2000)


class FileReasonSerializer(serializers.Serializer[Any]):
    """One file and why it was refused or set aside."""

    path = serializers.CharField()
    reason = serializers.CharField()


class IntakeReportSerializer(serializers.Serializer[Any]):
    """What became of the files of a batch, or of a whole intake."""

    stored = serializers.IntegerField()
    already = serializers.IntegerField()
    skipped = serializers.IntegerField()
    set_aside = FileReasonSerializer(many=True)
    refused = FileReasonSerializer(many=True)
    studies = serializers.ListField(child=serializers.CharField())


class IntakeSerializer(IntakeReportSerializer):
    """An intake with its report so far."""

    id = serializers.UUIDField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class IntakeCreatedSerializer(serializers.Serializer[Any]):
    """The intake that was opened."""

    id = serializers.UUIDField()


class IntakeFilesSerializer(serializers.Serializer[Any]):
    """A batch of files: DICOM or zip. `paths` repeats the files' relative paths in the same order, for the report."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1)
    paths = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)


class DifferenceSerializer(serializers.Serializer[Any]):
    """One attribute that differs between the stored and the received data set."""

    keyword = serializers.CharField(allow_blank=True)
    tag = serializers.CharField()
    stored = serializers.CharField(allow_null=True, allow_blank=True)
    received = serializers.CharField(allow_null=True, allow_blank=True)


class SetAsideSerializer(serializers.Serializer[Any]):
    """A received instance with equal pixels and other attributes than the stored one."""

    id = serializers.IntegerField()
    study_uid = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    patient = PatientSerializer()
    series_description = serializers.CharField(allow_blank=True)
    differences = DifferenceSerializer(many=True)
    received_at = serializers.DateTimeField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=SetAside.State.choices)
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class SetAsidePageSerializer(serializers.Serializer[Any]):
    """One page of set-aside instances."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = SetAsideSerializer(many=True)


class SetAsideDecisionSerializer(serializers.Serializer[Any]):
    """An administrator's decision; refusing needs a reason."""

    decision = serializers.ChoiceField(choices=SetAside.Decision.choices)
    reason = serializers.CharField(allow_blank=True, default="", max_length=2000)
