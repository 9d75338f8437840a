"""What this server does, for programs (PS3.18 section 8.9 and annex H): one table, told as WADL or as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from radapp.dicomweb import choices, pictures
from radapp.dicomweb.attributes import ATTRIBUTES, REQUESTS, Level
from radapp.dicomweb.formats import DICOM_XML, JSON
from radapp.dicomweb.negotiation import ANY, DICOM, DICOM_JSON, OCTETS, accepted
from radapp.dicomweb.refusals import answering, not_acceptable
from radapp.dicomweb.syntaxes import EXPLICIT, IMPLICIT, media_type_of

WADL = "application/vnd.sun.wadl+xml"
NAMESPACE = "http://wadl.dev.java.net/2009/02"


@dataclass(frozen=True)
class Method:
    """One transaction. `sends`, `takes`: media types of the answer and of the body; `query`: names of parameters."""

    name: str
    id: str
    sends: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """One address below the base, as segments; parameters stand in braces."""

    path: str
    methods: tuple[Method, ...]


def _parts(kind: str, *syntaxes: str) -> tuple[str, ...]:
    plain = f'multipart/related; type="{kind}"'
    return (plain, *(f"{plain}; transfer-syntax={syntax}" for syntax in syntaxes))


_SETS = (DICOM_JSON, JSON, f'multipart/related; type="{DICOM_XML}"', DICOM_XML)
_FILES = (*_parts(DICOM, "*", EXPLICIT, IMPLICIT, *choices.COMPRESSED), DICOM)
_FRAMES = (
    *_parts(OCTETS, "*", EXPLICIT),
    OCTETS,
    *(f'multipart/related; type="{media_type_of(one)}"; transfer-syntax={one}' for one in choices.COMPRESSED),
)
_PICTURES = (*pictures.MEDIA_TYPES, *(f'multipart/related; type="{one}"' for one in pictures.MEDIA_TYPES))
_RENDERED = ("accept", "annotation", "quality", "viewport", "window")
_PAGE = ("limit", "offset", "includefield", "fuzzymatching", "accept")


def _keys(most: Level) -> tuple[str, ...]:
    matched = [one for one in (*ATTRIBUTES, *REQUESTS) if one.level.value <= most.value and one.match is not None]
    return tuple(one.tag if "." in one.tag else one.keyword for one in matched)


def _search(most: Level, what: str) -> Method:
    return Method("GET", f"Search{what}", _SETS, (*_PAGE, *_keys(most)))


def _thumbnail(what: str) -> Method:
    return Method("GET", f"Retrieve{what}Thumbnail", pictures.MEDIA_TYPES, ("accept", "viewport"))


def _level(path: str, what: str) -> list[Resource]:
    """What every level has."""
    deleting = Method("DELETE", f"Delete{what}", (JSON,), ("force",), (JSON,))
    storing = (Method("POST", "StoreStudyInstances", _SETS, takes=_parts(DICOM)),) if what == "Study" else ()
    return [
        Resource(path, (Method("GET", f"Retrieve{what}", _FILES, ("accept",)), *storing, deleting)),
        Resource(f"{path}/metadata", (Method("GET", f"Retrieve{what}Metadata", _SETS, ("accept",)),)),
        Resource(f"{path}/rendered", (Method("GET", f"RetrieveRendered{what}", _PICTURES, _RENDERED),)),
        Resource(f"{path}/thumbnail", (_thumbnail(what),)),
        Resource(f"{path}/bulkdata", (Method("GET", f"Retrieve{what}Bulkdata", _parts(OCTETS, "*")),)),
        Resource(f"{path}/pixeldata", (Method("GET", f"Retrieve{what}PixelData", _parts(OCTETS, "*")),)),
    ]


_STUDY, _SERIES = "studies/{study}", "studies/{study}/series/{series}"
_INSTANCE = f"{_SERIES}/instances/{{instance}}"

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "studies",
        (_search(Level.STUDY, "ForStudies"), Method("POST", "StoreInstances", _SETS, takes=(*_parts(DICOM), DICOM))),
    ),
    Resource("series", (_search(Level.SERIES, "ForSeries"),)),
    Resource("instances", (_search(Level.INSTANCE, "ForInstances"),)),
    *_level(_STUDY, "Study"),
    Resource(f"{_STUDY}/series", (_search(Level.SERIES, "ForStudySeries"),)),
    Resource(f"{_STUDY}/instances", (_search(Level.INSTANCE, "ForStudyInstances"),)),
    *_level(_SERIES, "Series"),
    Resource(f"{_SERIES}/instances", (_search(Level.INSTANCE, "ForStudySeriesInstances"),)),
    *_level(_INSTANCE, "Instance"),
    Resource(f"{_INSTANCE}/bulkdata/{{tag}}", (Method("GET", "RetrieveBulkdata", (*_parts(OCTETS, "*"), OCTETS)),)),
    Resource(f"{_INSTANCE}/frames/{{frames}}", (Method("GET", "RetrieveFrames", _FRAMES, ("accept",)),)),
    Resource(f"{_INSTANCE}/frames/{{frames}}/rendered", (Method("GET", "RetrieveRenderedFrames", _PICTURES, _RENDERED),)),
    Resource(
        f"{_INSTANCE}/frames/{{frames}}/thumbnail",
        (_thumbnail("Frames"),),
    ),
)


def _base() -> str:
    return f"{settings.PUBLIC_URL}/dicom-web/"


def _wadl() -> str:
    """The whole document."""
    inner = "\n".join(_resource(one) for one in RESOURCES)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<application xmlns="{NAMESPACE}">\n'
        f"<resources base={quoteattr(_base())}>\n{inner}\n</resources>\n</application>\n"
    )


def _resource(resource: Resource) -> str:
    names = [part[1:-1] for part in resource.path.split("/") if part.startswith("{")]
    templates = "".join(f'<param name="{name}" style="template"/>' for name in names)
    methods = "\n".join(_method(one) for one in resource.methods)
    return f'<resource path="{resource.path}">{templates}\n{methods}\n</resource>'


def _method(method: Method) -> str:
    accept = "".join(f"<option value={quoteattr(one)}/>" for one in method.sends)
    query = "".join(f'<param name="{name}" style="query"/>' for name in method.query)
    takes = "".join(f"<representation mediaType={quoteattr(one)}/>" for one in method.takes)
    answers = "".join(f"<representation mediaType={quoteattr(one)}/>" for one in method.sends)
    header = f'<param name="Accept" style="header" default={quoteattr(method.sends[0])}>{accept}</param>' if accept else ""
    return (
        f'<method name="{method.name}" id="{method.id}"><request>{header}{query}{takes}</request>'
        f'<response status="200">{answers}</response></method>'
    )


def _plain() -> dict[str, Any]:
    """The same for programs that would rather read JSON."""
    resources = [{"path": one.path, "methods": [_plain_method(method) for method in one.methods]} for one in RESOURCES]
    return {"application": {"resources": {"base": _base(), "resource": resources}}}


def _plain_method(method: Method) -> dict[str, Any]:
    lists: dict[str, Sequence[str]] = {"sends": method.sends, "query": method.query, "takes": method.takes}
    return {"name": method.name, "id": method.id, **{name: list(values) for name, values in lists.items() if values}}


@answering
def capabilities(request: HttpRequest) -> HttpResponseBase:
    """OPTIONS, or GET, of the base address."""
    for one in accepted(request):
        if one.media_type in {WADL, ANY, "application/*", "application/xml", "text/xml"}:
            response: HttpResponseBase = HttpResponse(_wadl(), content_type=WADL)
            break
        if one.media_type in {JSON, DICOM_JSON}:
            response = JsonResponse(_plain())
            break
    else:
        raise not_acceptable(f"Capabilities are told as {WADL} or {JSON}.")
    response["Allow"] = "GET, OPTIONS"
    response["Vary"] = "Accept"
    return response
