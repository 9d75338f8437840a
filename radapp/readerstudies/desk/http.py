"""What the desk's addresses share: checked bodies and queries, and a signature's password."""

from collections.abc import Mapping
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from radapp.accounts.models import User
from radapp.accounts.sign_in import check_signature


def body(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """The request's body as the shape has it; ValidationError (400) where it has another one."""
    return _checked(shape(data=request.data))


def query(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """The query's parameters, likewise."""
    return _checked(shape(data=request.query_params))


def person(request: Request) -> User:
    """Who asks; the registry has let no anonymous client through."""
    return cast(User, request.user)


def signed(request: Request, values: Mapping[str, Any]) -> User:
    """Who asks, after `password` among the values was theirs. ApiError 403 (wrong) or 429 (locked)."""
    check_signature(request._request, person(request), values["password"])
    return person(request)


def answer(shape: type[Serializer[Any]], value: Any, *, many: bool = False, status: int = 200) -> Response:
    """A value in its shape."""
    return Response(shape(value, many=many).data, status=status)


def _checked(serializer: Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
