"""What an API answer says of a Sight's images: pseudonyms, roles and counts, nothing else."""

from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole
from radapp.readerstudies.blinding.look import look
from radapp.readerstudies.sight import COMPLETE, Sight

ROLES = [(role.value, role.value) for role in COMPLETE]


class ShownSeriesSerializer(serializers.Serializer[object]):
    """One series."""

    role = serializers.ChoiceField(choices=ROLES)
    series_uid = serializers.CharField()
    prior = serializers.BooleanField()
    instances = serializers.IntegerField(help_text="How many images, numbered from 1 in the order of their places.")


class ShownHeatmapSerializer(serializers.Serializer[object]):
    """One heatmap: a Parametric Map; `peak` in LPS mm or null, `cell_size` in mm."""

    sequence = serializers.ChoiceField(choices=ROLES)
    series_uid = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    peak = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    cell_size = serializers.ListField(child=serializers.FloatField())


class ShownSerializer(serializers.Serializer[object]):
    """What may be seen, by the names under which `<root>/dicom-web/` serves it."""

    study_uid = serializers.CharField()
    series = ShownSeriesSerializer(many=True)
    heatmaps = ShownHeatmapSerializer(many=True)


def shown(sight: Sight) -> dict[str, Any]:
    """As ShownSerializer has it; series in the order of the Sight's roles, a prior's behind them."""
    found = look(sight)
    images = [one for uid, one in found.series.items() if uid not in found.heatmaps]
    return {
        "study_uid": found.study_uid,
        "series": [
            {
                "role": SequenceRole(one.subjects[0].role).value,
                "series_uid": one.uid,
                "prior": one.subjects[0].prior,
                "instances": len(one.subjects),
            }
            for one in images
        ],
        "heatmaps": [
            {
                "sequence": row.sequence,
                "series_uid": uid,
                "sop_instance_uid": next(iter(found.series[uid].objects)),
                "peak": row.peak,
                "cell_size": row.cell_size,
            }
            for uid, row in found.heatmaps.items()
        ],
    }
