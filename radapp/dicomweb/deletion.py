"""DELETE of a study, a series or an instance by administrators: with a reason, and forced where something stands on it."""

import json
from typing import Any, cast
from urllib.parse import unquote

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from radapp.accounts.models import User
from radapp.archive import deletion
from radapp.archive.deletion import Target
from radapp.dicomweb.refusals import answering, bad_request

REASON = "X-Deletion-Reason"
_BODY_AT_MOST = 64 * 1024
_REASON_AT_MOST = 2000


@answering
def delete(request: HttpRequest, study_uid: str, series_uid: str = "", instance_uid: str = "") -> HttpResponseBase:
    """Delete what the address names; says what went, and until when it can be brought back."""
    reason, force = _wish(request)
    row = deletion.delete(
        Target(study_uid, series_uid, instance_uid), user=cast(User, request.user), reason=reason, force=force
    )
    return JsonResponse(
        {
            "deletion": row.pk,
            "series": row.series,
            "instances": row.instances,
            "stood_on_it": row.stood_on_it,
            "kept_until": row.kept_until.isoformat(),
        }
    )


def _wish(request: HttpRequest) -> tuple[str, bool]:
    """Reason and force: `{"reason": …, "force": …}` as JSON, or the header (percent-encoded UTF-8) and `?force=true`."""
    body = _body(request)
    reason = body.get("reason", unquote(request.headers.get(REASON, "")))
    force = body.get("force", request.GET.get("force", "false").lower() == "true")
    if not isinstance(reason, str) or not isinstance(force, bool) or "\x00" in reason:
        raise bad_request('The body must be {"reason": "text", "force": true or false}.')
    if len(reason) > _REASON_AT_MOST:
        raise bad_request(f"The reason has {len(reason)} characters; at most {_REASON_AT_MOST} are kept.")
    return reason, force


def _body(request: HttpRequest) -> dict[str, Any]:
    if not request.headers.get("Content-Type", "").lower().startswith("application/json"):
        return {}
    text = request.read(_BODY_AT_MOST)
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise bad_request('The body is no JSON object; expected {"reason": "text", "force": true or false}.')
    return found
