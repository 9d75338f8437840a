"""Shapes of the JSON of radapp.upstream."""

from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole
from radapp.archive.serializers import PatientSerializer
from radapp.upstream.models import Delivery, Retrieval, UpstreamSource

STANDINGS = ("online", "offline", "unknown", "disabled")
ANSWERING = ("online", "offline")
STUDY_STATES = ("held", *ANSWERING, "unknown")


class OutboxCountsSerializer(serializers.Serializer[Any]):
    """Objects by state."""

    queued = serializers.IntegerField()
    sending = serializers.IntegerField()
    sent = serializers.IntegerField()
    refused = serializers.IntegerField()
    failed = serializers.IntegerField()
    overtaken = serializers.IntegerField()


class UpstreamSourceSerializer(serializers.Serializer[Any]):
    """One source. `access` names the environment variable of its secret, never the secret."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=UpstreamSource.Kind.choices)
    standing = serializers.ChoiceField(choices=STANDINGS)
    address = serializers.CharField()
    access = serializers.CharField()
    verified = serializers.BooleanField(help_text="Whether its TLS certificate is checked.")
    priority = serializers.IntegerField()
    results = serializers.ChoiceField(choices=UpstreamSource.Results.choices)
    prefetch = serializers.BooleanField()
    studies = serializers.IntegerField(help_text="Studies of it that are known here.")
    kept_bytes = serializers.IntegerField()
    failures = serializers.IntegerField(help_text="In a row.")
    retry_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    last_error_at = serializers.DateTimeField(allow_null=True)
    outbox = OutboxCountsSerializer()


class UpstreamCacheSerializer(serializers.Serializer[Any]):
    """What is kept of sources."""

    used_bytes = serializers.IntegerField()
    bound_bytes = serializers.IntegerField()
    series = serializers.IntegerField(help_text="Series that are kept whole.")
    studies = serializers.IntegerField()


class SourcesSerializer(serializers.Serializer[Any]):
    """The sources and the cache."""

    sources = UpstreamSourceSerializer(many=True)
    cache = UpstreamCacheSerializer()


class SourceNameSerializer(serializers.Serializer[Any]):
    """Which source."""

    name = serializers.CharField(max_length=64)


class SourceTestSerializer(serializers.Serializer[Any]):
    """What a test found."""

    answers = serializers.BooleanField()
    words = serializers.CharField()


class DeliverySerializer(serializers.Serializer[Any]):
    """One result's way to one source."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    study_uid = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField()
    queued_at = serializers.DateTimeField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)


class RetrievalSerializer(serializers.Serializer[Retrieval]):
    """A wish to take a study in, and how far it is."""

    state = serializers.ChoiceField(choices=Retrieval.State.choices)
    asked_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    series_done = serializers.IntegerField()
    series_total = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ElsewhereSerializer(serializers.Serializer[Any]):
    """The patient and the examination, as the source tells them."""

    patient = PatientSerializer()
    accession_number = serializers.CharField(allow_blank=True)
    study_date = serializers.DateField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    modalities = serializers.ListField(child=serializers.CharField())


class UpstreamSearchSerializer(serializers.Serializer[Any]):
    """What the worklist is searched for."""

    search = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")
    date_from = serializers.DateField(required=False, allow_null=True, default=None)
    date_to = serializers.DateField(required=False, allow_null=True, default=None)


class UpstreamRowSerializer(ElsewhereSerializer):
    """One study at a source. `series` null: it does not say."""

    uid = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=ANSWERING)
    series = serializers.IntegerField(allow_null=True)
    series_kept = serializers.IntegerField(help_text="Of them, kept here whole: readable while the source is offline.")


class StandingSerializer(serializers.Serializer[Any]):
    """A source and whether it answers."""

    name = serializers.CharField()
    standing = serializers.ChoiceField(choices=STANDINGS)


class UpstreamStudiesSerializer(serializers.Serializer[Any]):
    """Studies that are not held here. `more`: there are others that are not listed."""

    sources = StandingSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    more = serializers.BooleanField()
    results = UpstreamRowSerializer(many=True)


class UpstreamSeriesSerializer(serializers.Serializer[Any]):
    """One series at a source, and what it seems to be; `kept`: it lies here whole."""

    uid = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    modality = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(choices=SequenceRole.choices)
    instances = serializers.IntegerField(allow_null=True)
    kept = serializers.BooleanField()
    chosen = serializers.BooleanField(help_text="The best of its role.")


class UpstreamDetailSerializer(ElsewhereSerializer):
    """The same of a study that is opened."""

    synthetic = serializers.BooleanField(help_text="Made by ml.phantom, as headers that are kept here say.")


class UpstreamStudySerializer(serializers.Serializer[Any]):
    """How a study stands: held here, at a source that answers (online) or does not (offline), or known nowhere."""

    state = serializers.ChoiceField(choices=STUDY_STATES)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    series = serializers.IntegerField(allow_null=True, help_text="That the source names; null: it has not been asked.")
    series_kept = serializers.IntegerField(help_text="Of them, kept here whole: readable while the source is offline.")
    retrieval = RetrievalSerializer(allow_null=True)
    study = UpstreamDetailSerializer(allow_null=True, help_text="Null where it is held here or known nowhere.")
    listing = UpstreamSeriesSerializer(many=True)
