"""Shapes of the reference standard's JSON for investigators."""

from typing import Any

from rest_framework import serializers

from radapp.readerstudies.reference.exporting import STANDINGS
from radapp.readerstudies.reference.shapes import BASES, CHAIRS, RULES


class ImportReportSerializer(serializers.Serializer[Any]):
    """What an import did, or would do."""

    stored = serializers.BooleanField(help_text="False: a rehearsal, nothing was written.")
    added = serializers.IntegerField(help_text="Steps that are new.")
    corrected = serializers.IntegerField(help_text="Steps with a further version.")
    unchanged = serializers.IntegerField()
    ignored = serializers.ListField(child=serializers.CharField(), help_text="Columns that were not read.")
    sha256 = serializers.CharField()


class TakenSerializer(serializers.Serializer[Any]):
    """What was taken from the archive."""

    taken = serializers.IntegerField()
    already = serializers.IntegerField(help_text="Cases that had a report before.")
    unknown = serializers.IntegerField(help_text="Cases without a truth in the archive.")


class StandingCountSerializer(serializers.Serializer[Any]):
    """Cases of one standing."""

    standing = serializers.ChoiceField(choices=STANDINGS)
    cases = serializers.IntegerField()


class BasisCountSerializer(serializers.Serializer[Any]):
    """Established cases of one basis."""

    basis = serializers.ChoiceField(choices=BASES)
    positive = serializers.IntegerField()
    negative = serializers.IntegerField()


class ChairCountSerializer(serializers.Serializer[Any]):
    """Cases that wait for one chair."""

    chair = serializers.ChoiceField(choices=CHAIRS)
    waiting = serializers.IntegerField()
    staffed = serializers.BooleanField(help_text="Somebody sits in it.")


class ReferenceCaseSerializer(serializers.Serializer[Any]):
    """One case's status and why."""

    key = serializers.CharField()
    number = serializers.IntegerField()
    standing = serializers.ChoiceField(choices=STANDINGS)
    rule = serializers.ChoiceField(choices=RULES)
    basis = serializers.ChoiceField(choices=BASES, allow_blank=True)
    waits_for = serializers.ChoiceField(choices=CHAIRS, allow_blank=True)
    debatable = serializers.BooleanField()
    disputed = serializers.BooleanField()
    nodal_only = serializers.BooleanField()
    rt_stage = serializers.CharField(allow_blank=True)
    sites = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField()


class OverviewSerializer(serializers.Serializer[Any]):
    """The reference standard in numbers."""

    open = serializers.BooleanField(help_text="False: the study is locked, the reference standard final.")
    standings = StandingCountSerializer(many=True)
    bases = BasisCountSerializer(many=True)
    chairs = ChairCountSerializer(many=True)
    cases = ReferenceCaseSerializer(many=True)
