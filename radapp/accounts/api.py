"""The session: who is signed in, signing in, signing out."""

from typing import cast

from django.conf import settings
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ErrorSerializer
from radapp.accounts.models import Role, User
from radapp.accounts.sign_in import sign_in, sign_out


class CredentialsSerializer(serializers.Serializer[dict[str, str]]):
    """A name and a password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})


class PersonSerializer(serializers.Serializer[User]):
    """The signed-in person."""

    username = serializers.CharField()
    display_name = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class SessionSerializer(serializers.Serializer[dict[str, object]]):
    """Who is signed in, and which version answers."""

    user = PersonSerializer()
    version = serializers.CharField()


def session_of(user: User) -> dict[str, object]:
    """The session's body."""
    person = {"username": user.username, "display_name": user.display_name, "roles": sorted(user.roles)}
    return {"user": person, "version": settings.VERSION}


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SessionView(APIView):
    """The access registry says who may call which method; signing in is the one that anyone may."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="session_retrieve", responses={200: SessionSerializer, 401: ErrorSerializer})
    @method_decorator(ensure_csrf_cookie)
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return Response(session_of(cast(User, request.user)))

    @extend_schema(
        operation_id="session_create",
        request=CredentialsSerializer,
        responses={
            200: SessionSerializer,
            400: ErrorSerializer,
            401: ErrorSerializer,
            403: ErrorSerializer,
            429: ErrorSerializer,
        },
    )
    @method_decorator(csrf_protect)
    def post(self, request: Request) -> Response:
        """Sign in. The CSRF token comes in the cookie that the sign-in page sets, and goes into X-CSRFToken."""
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = sign_in(request._request, **credentials.validated_data)
        return Response(session_of(user))

    @extend_schema(operation_id="session_destroy", request=None, responses={204: None, 401: ErrorSerializer})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        sign_out(request._request, cast(User, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)
