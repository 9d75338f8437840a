"""A stand for the blinded DICOMweb alone: one root at which whoever reads a study sees its cases, by their numbers.

The real roots (reading, tagging, coding) decide for themselves what is in sight; the crawler meets those.
"""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.test import Client
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from pydicom.datadict import tag_for_keyword
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts import access
from radapp.readerstudies import permissions
from radapp.readerstudies.blinding import names
from radapp.readerstudies.blinding.shown import shown
from radapp.readerstudies.blinding.urls import routes
from radapp.readerstudies.models import Case, ReaderStudy
from radapp.readerstudies.permissions import READER, Admitted
from radapp.readerstudies.sight import COMPLETE, Sight
from radapp.readerstudies.views import StudyView

NAME = "api-stand"
ROOT = "/api/stand"
sights: dict[str, dict[str, Any]] = {}
"""What else is in sight of a subject, by its name: roles, heatmaps, prior."""


def sight_of(admitted: Admitted, subject: str) -> Sight:
    """What a reader has in sight."""
    return sight(admitted.study, subject)


def sight(study: ReaderStudy, subject: str) -> Sight:
    """The case of the number that stands before the dash; what follows it tells looks apart."""
    number = subject.split("-", 1)[0]
    cases = Case.objects.filter(study=study, number=int(number) if number.isdigit() else 0)
    case = cases.select_related("examination").first()
    if case is None or case.examination is None:
        raise Http404
    facts: dict[str, Any] = {"roles": COMPLETE, **sights.get(subject, {})}
    return Sight(study, f"stand {subject}", case.examination, **facts)


class CaseView(StudyView):
    """What the reading room says of a case's images."""

    @extend_schema(exclude=True)
    def get(self, request: Request, key: str, subject: str) -> Response:
        """As shown() has it, and the root of its addresses."""
        root = f"{ROOT}/{key}/cases/{subject}"
        return Response({"images": {"root": root, **shown(sight_of(self.admitted, subject))}})


class Urls:
    """The application's addresses and the stand's."""

    urlpatterns = (
        path("", include("radapp.urls")),
        path("api/stand/<str:key>/cases/<str:subject>/", CaseView.as_view(), name=f"{NAME}-case"),
        *routes("api/stand/<str:key>/cases/<str:subject>", NAME, sight_of),
    )


def put_up(settings: Any, monkeypatch: Any) -> None:
    """Mount the stand, for readers."""
    rows = {**names.rows(NAME, READER), (f"{NAME}-case", "GET"): READER}
    monkeypatch.setattr(permissions, "TABLE", {**permissions.TABLE, **rows})
    rules = {rule.url_name: (rule,) for rule in permissions.rules()}
    registered = dict(access.registry())
    monkeypatch.setattr(access, "registry", lambda: {**registered, **rules_of_stand(rules)})
    settings.ROOT_URLCONF = Urls
    sights.clear()


def rules_of_stand(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: rule for name, rule in rules.items() if name.startswith(NAME)}


@dataclass
class Viewer:
    """Somebody's client at one subject of one study."""

    client: Client
    key: str
    subject: str
    headers: dict[str, str] = field(default_factory=dict)

    def address(self, *parts: str) -> str:
        return "/".join([f"{ROOT}/{self.key}/cases/{self.subject}/dicom-web/studies", *parts])

    def get(self, *parts: str) -> Any:
        return self.client.get(self.address(*parts), headers=self.headers)

    def json(self, *parts: str) -> Any:
        response = self.get(*parts)
        assert response.status_code == 200, (parts, response.content)
        return json.loads(response.content)

    def json_zipped(self, *parts: str) -> Any:
        """The same of an answer that came gzipped."""
        return json.loads(gzip.decompress(self.get(*parts).content))


def values(found: dict[str, Any], keyword: str) -> list[Any]:
    """The values of an attribute of DICOM JSON."""
    tag = tag_for_keyword(keyword)
    assert tag is not None
    return list(found[f"{tag:08X}"].get("Value", []))
