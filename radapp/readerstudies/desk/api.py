"""HTTP of the drafting desk: studies, protocols, check, timetable, audit. Who may call each stands in permissions.py."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.desk import audit, checking, drafting, power, presets, selectors, shapes, timetable
from radapp.readerstudies.desk.http import answer, body, person, query
from radapp.readerstudies.desk.member_shapes import TimetableSerializer
from radapp.readerstudies.desk.power_shapes import PowerAnswerSerializer, PowerQuestionSerializer
from radapp.readerstudies.views import StudyView


class ReaderStudiesView(APIView):
    """The studies that somebody takes part in."""

    @extend_schema(operation_id="reader_studies", responses=shapes.ReaderStudyListSerializer)
    def get(self, request: Request) -> Response:
        """Newest first; all of them for an administrator."""
        return answer(shapes.ReaderStudyListSerializer, selectors.listed(person(request)))

    @extend_schema(
        operation_id="found_reader_study",
        request=shapes.NewStudySerializer,
        responses={201: shapes.ReaderStudySerializer, 400: ErrorSerializer},
    )
    def post(self, request: Request) -> Response:
        """Draft a new study; who founds it investigates it."""
        given = body(request, shapes.NewStudySerializer)
        study = drafting.found(given["title"], actor=person(request), preset=given["preset"])
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, person(request)), status=201)


class PresetsView(APIView):
    """Protocols to begin with."""

    @extend_schema(operation_id="reader_study_presets", responses=shapes.StudyPresetSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The paper's design first."""
        return answer(shapes.StudyPresetSerializer, presets.described(), many=True)


class ReaderStudyView(StudyView):
    """One study."""

    @extend_schema(operation_id="reader_study", responses=shapes.ReaderStudySerializer)
    def get(self, request: Request, key: str) -> Response:
        """As it stands, for the part that one holds in it."""
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(self.admitted.study, self.admitted.user))

    @extend_schema(
        operation_id="rename_reader_study",
        request=shapes.StudyTitleSerializer,
        responses={200: shapes.ReaderStudySerializer, 409: ErrorSerializer},
    )
    def patch(self, request: Request, key: str) -> Response:
        """Give it another title, before it is opened."""
        study = drafting.rename(
            self.admitted.study, body(request, shapes.StudyTitleSerializer)["title"], actor=person(request)
        )
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, person(request)))


class ProtocolView(StudyView):
    """The protocol of a draft."""

    @extend_schema(
        operation_id="change_reader_study_protocol",
        request=shapes.ProtocolChangeSerializer,
        responses={200: shapes.ReaderStudySerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def put(self, request: Request, key: str) -> Response:
        """Take the place of the draft of this revision; 409 `stale` where another change came first."""
        given = body(request, shapes.ProtocolChangeSerializer)
        study = drafting.change_protocol(
            self.admitted.study, given["protocol"], revision=given["revision"], actor=person(request)
        )
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, person(request)))


class CopyView(StudyView):
    """A new draft from this study."""

    @extend_schema(
        operation_id="copy_reader_study", request=shapes.CopyStudySerializer, responses={201: shapes.ReaderStudySerializer}
    )
    def post(self, request: Request, key: str) -> Response:
        """Copy the protocol, with cases and members where asked; who copies investigates the copy."""
        given = body(request, shapes.CopyStudySerializer)
        study = drafting.copy(self.admitted.study, actor=person(request), **given)
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, person(request)), status=201)


class CheckView(StudyView):
    """The check before opening."""

    @extend_schema(
        operation_id="check_reader_study",
        request=None,
        responses={200: shapes.ReaderStudySerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Look for everything that stops or warns; a study that is fit becomes CHECKED."""
        study, _ = checking.check(self.admitted.study, actor=person(request))
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, person(request)))


class TimetableView(StudyView):
    """Who reads how much when."""

    @extend_schema(operation_id="reader_study_timetable", responses=TimetableSerializer)
    def get(self, request: Request, key: str) -> Response:
        """As stored at opening; before, an example."""
        return answer(TimetableSerializer, timetable.of(self.admitted.study))


class PowerView(StudyView):
    """The power calculation."""

    @extend_schema(
        operation_id="study_power",
        request=PowerQuestionSerializer,
        responses={200: PowerAnswerSerializer, 400: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Cases from power, or power from cases; nothing is stored."""
        question = power.Question(**body(request, PowerQuestionSerializer))
        return answer(PowerAnswerSerializer, power.solve(question))


class AuditView(StudyView):
    """The audit chain."""

    @extend_schema(
        operation_id="reader_study_audit",
        parameters=[shapes.AuditQuerySerializer],
        responses=shapes.AuditPageSerializer,
    )
    def get(self, request: Request, key: str) -> Response:
        """A page of it, newest first. Answers are withheld until the study is locked."""
        given = query(request, shapes.AuditQuerySerializer)
        return answer(shapes.AuditPageSerializer, audit.page(self.admitted, **given))
