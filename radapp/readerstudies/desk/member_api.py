"""HTTP of people: members, waivers, invitations, replacement, reminders, progress. Who may call each: permissions.py."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ErrorSerializer
from radapp.readerstudies.desk import invitations, member_selectors, members, progress, reminders, replacement, waivers
from radapp.readerstudies.desk import member_shapes as shapes
from radapp.readerstudies.desk.http import answer, body, person, query
from radapp.readerstudies.models import Membership
from radapp.readerstudies.views import StudyView


class PeopleView(StudyView):
    """Accounts that could take a part."""

    @extend_schema(
        operation_id="study_people",
        parameters=[shapes.PeopleQuerySerializer],
        responses=shapes.StudyPersonSerializer(many=True),
    )
    def get(self, request: Request, key: str) -> Response:
        """Each with why it cannot, where it cannot."""
        given = query(request, shapes.PeopleQuerySerializer)
        found = member_selectors.people(self.admitted.study, Membership.Part(given["part"]), given["search"])
        return answer(shapes.StudyPersonSerializer, found, many=True)


class MembersView(StudyView):
    """Who takes part."""

    @extend_schema(operation_id="study_members", responses=shapes.StudyMemberSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        """All, those whose part has ended as well, with what speaks against their reading."""
        return answer(shapes.StudyMemberSerializer, member_selectors.listed(self.admitted.study), many=True)

    @extend_schema(
        operation_id="add_member",
        request=shapes.NewMemberSerializer,
        responses={201: shapes.StudyMemberSerializer, 400: ErrorSerializer, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Give an account a part."""
        given = body(request, shapes.NewMemberSerializer)
        user = members.account(given.pop("username"))
        part = Membership.Part(given.pop("part"))
        added = members.add(self.admitted.study, user, part, members.Facts(**given), actor=person(request))
        return answer(shapes.StudyMemberSerializer, member_selectors.described(added), status=201)


class MemberView(StudyView):
    """One membership."""

    @extend_schema(
        operation_id="change_member",
        request=shapes.MemberChangeSerializer,
        responses={200: shapes.StudyMemberSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def patch(self, request: Request, key: str, member: str) -> Response:
        """Change what it says; a reader's facts are fixed once the study is opened."""
        found = member_selectors.member_or_404(self.admitted.study, member)
        changed = members.change(found, body(request, shapes.MemberChangeSerializer), actor=person(request))
        return answer(shapes.StudyMemberSerializer, member_selectors.described(changed))


class MemberEndView(StudyView):
    """The end of a membership."""

    @extend_schema(
        operation_id="end_member",
        request=shapes.EndMemberSerializer,
        responses={200: shapes.StudyMemberSerializer, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, member: str) -> Response:
        """End it, with a reason."""
        found = member_selectors.member_or_404(self.admitted.study, member)
        ended = members.end(found, reason=body(request, shapes.EndMemberSerializer)["reason"], actor=person(request))
        return answer(shapes.StudyMemberSerializer, member_selectors.described(ended))


class ReplacementView(StudyView):
    """Another reader in the place of one."""

    @extend_schema(
        operation_id="replace_reader",
        request=shapes.ReplacementSerializer,
        responses={201: shapes.ReplacedSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, member: str) -> Response:
        """The new reader gets an order of their own rows, by the protocol's rule."""
        old = member_selectors.member_or_404(self.admitted.study, member)
        given = body(request, shapes.ReplacementSerializer)
        user, reason = members.account(given.pop("username")), given.pop("reason")
        done = replacement.replace(old, user, members.Facts(**given), reason=reason, actor=person(request))
        return answer(shapes.ReplacedSerializer, done.as_shape(), status=201)


class WaiversView(StudyView):
    """Exceptions from independence."""

    @extend_schema(operation_id="study_waivers", responses=shapes.WaiverSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        """All that were given."""
        return answer(shapes.WaiverSerializer, waivers.listed(self.admitted.study), many=True)

    @extend_schema(
        operation_id="give_waiver",
        request=shapes.NewWaiverSerializer,
        responses={201: shapes.WaiverSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Give one, with its reason; it stays on record."""
        given = body(request, shapes.NewWaiverSerializer)
        waiver = waivers.give(self.admitted.study, waivers.Waived(**given), actor=person(request))
        return answer(shapes.WaiverSerializer, waivers.described(waiver), status=201)


class InvitationsView(StudyView):
    """Who was invited."""

    @extend_schema(operation_id="study_invitations", responses=shapes.InvitationSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        """All of them; links are shown once, when they are made."""
        found = [invitations.described(one) for one in self.admitted.study.invitations.select_related("invited_by")]
        return answer(shapes.InvitationSerializer, found, many=True)

    @extend_schema(
        operation_id="invite",
        request=shapes.NewInvitationSerializer,
        responses={201: shapes.InvitationSerializer, 400: ErrorSerializer, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Invite an address by e-mail; without a mail server the answer holds the link to pass on."""
        given = body(request, shapes.NewInvitationSerializer)
        email, part = given.pop("email"), Membership.Part(given.pop("part"))
        sent = invitations.invite(self.admitted.study, email, part, members.Facts(**given), actor=person(request))
        return answer(shapes.InvitationSerializer, sent.as_shape(), status=201)


class InvitationView(StudyView):
    """One invitation, at the desk."""

    @extend_schema(operation_id="revoke_invitation", responses={204: None, 409: ErrorSerializer})
    def delete(self, request: Request, key: str, invitation: str) -> Response:
        """Take it back."""
        invitations.revoke(invitations.invitation_or_404(self.admitted.study, invitation), actor=person(request))
        return Response(status=204)


class OfferView(APIView):
    """An invitation, for who holds its link and is signed in."""

    @extend_schema(operation_id="invitation", responses={200: shapes.InvitationOfferSerializer, 404: ErrorSerializer})
    def get(self, request: Request, token: str) -> Response:
        """What is offered, and whether this account can accept it."""
        return answer(shapes.InvitationOfferSerializer, invitations.offer(token, person(request)))

    @extend_schema(
        operation_id="accept_invitation",
        request=None,
        responses={200: shapes.InvitationOfferSerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, token: str) -> Response:
        """Accept it."""
        invitations.accept(token, person(request))
        return answer(shapes.InvitationOfferSerializer, invitations.offer(token, person(request)))


class RemindersView(StudyView):
    """Reminders by e-mail."""

    @extend_schema(
        operation_id="remind_readers",
        request=shapes.ReminderRequestSerializer,
        responses={200: shapes.RemindedSerializer(many=True), 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Remind readers who have not finished."""
        given = body(request, shapes.ReminderRequestSerializer)
        found = reminders.remind(self.admitted.study, given["members"], actor=person(request))
        return answer(shapes.RemindedSerializer, found, many=True)


class ProgressView(StudyView):
    """How far the readers are."""

    @extend_schema(operation_id="reader_study_progress", responses=shapes.StudyProgressSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Readers × cases, states only."""
        return answer(shapes.StudyProgressSerializer, progress.of(self.admitted.study))
