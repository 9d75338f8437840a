"""HTTP of the workers' page. Who may call it stands in access.py."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp import broker
from radapp.triage import workers

STANDINGS = ("starting", "ready", "working", "silent", "stopped")


class LoadedNetworkSerializer(serializers.Serializer[object]):
    """One network kept ready."""

    sha256 = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    architecture = serializers.CharField()
    backend = serializers.CharField(help_text="torch or openvino.")
    precision = serializers.CharField(help_text="float32 or float16.")
    megabytes = serializers.FloatField(help_text="Weights in memory, MiB.")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="What was tried and fell back.")


class WorkerProcessSerializer(serializers.Serializer[object]):
    """One worker process."""

    name = serializers.CharField(help_text="node/slot, as runs name it.")
    pid = serializers.IntegerField()
    standing = serializers.ChoiceField(STANDINGS)
    device = serializers.CharField()
    device_name = serializers.CharField()
    threads = serializers.IntegerField()
    batch = serializers.IntegerField(help_text="Studies it reads in one forward pass at most.")
    memory_mb = serializers.FloatField()
    device_memory_mb = serializers.FloatField(allow_null=True)
    networks = LoadedNetworkSerializer(many=True)
    current = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of the runs it works on.")
    done_last_hour = serializers.IntegerField()
    seconds_a_run = serializers.FloatField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    last_error_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField()
    heartbeat_at = serializers.DateTimeField()


class QueueSerializer(serializers.Serializer[object]):
    """What workers do when no examination waits."""

    name = serializers.ChoiceField((broker.ANALYSIS_QUEUE, broker.EXPLANATION_QUEUE))
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    oldest_queued_at = serializers.DateTimeField(allow_null=True)


class WorkersSerializer(serializers.Serializer[object]):
    """The queue of examinations, the other queues and every worker process."""

    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    oldest_queued_at = serializers.DateTimeField(allow_null=True)
    done_last_hour = serializers.IntegerField()
    queues = QueueSerializer(many=True)
    workers = WorkerProcessSerializer(many=True)


class WorkersView(APIView):
    """Devices, queue, networks kept ready, throughput, memory, last errors."""

    @extend_schema(operation_id="workers", responses=WorkersSerializer)
    def get(self, request: Request) -> Response:
        """As they stand now."""
        return Response(WorkersSerializer(asdict(workers.overview())).data)
