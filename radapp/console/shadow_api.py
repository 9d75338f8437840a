"""HTTP of shadow mode: how advice compares with what was done, and the signatures that show or hide it at the console."""

from typing import Any, cast

from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ErrorSerializer
from radapp.accounts.models import User
from radapp.accounts.sign_in import check_signature
from radapp.console import keeping, shadow, shapes


def _answer() -> Response:
    switch, compared = shadow.switch(), keeping.compared()
    found: dict[str, Any] = {
        "shown": switch.shown,
        "statement": shadow.SHOW,
        "missing": switch.missing,
        "signatures": shadow.history(),
        "counts": keeping.counts(compared),
        "examinations": compared,
    }
    return Response(shapes.ShadowSerializer(found).data)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ShadowView(APIView):
    """Shadow mode."""

    @extend_schema(operation_id="shadow_mode", responses=shapes.ShadowSerializer)
    def get(self, request: Request) -> Response:
        """The switch, every signature, and the comparison."""
        return _answer()

    @extend_schema(
        operation_id="sign_shadow_mode",
        request=shapes.SignSerializer,
        responses={200: shapes.ShadowSerializer, 403: ErrorSerializer, 409: ErrorSerializer, 429: ErrorSerializer},
    )
    def post(self, request: Request) -> Response:
        """Sign for showing advice (both roles must), or hide it (either may), by password."""
        serializer = shapes.SignSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted, user = dict(serializer.validated_data), cast(User, request.user)
        check_signature(request._request, user, wanted.pop("password"))
        shadow.sign(user=user, **wanted)
        return _answer()
