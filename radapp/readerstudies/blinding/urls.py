"""The routes of the blinded DICOMweb below one root."""

from django.urls import URLPattern, path

from radapp.readerstudies.blinding.admission import SightOf, Sights
from radapp.readerstudies.blinding.names import LEVELS
from radapp.readerstudies.blinding.views import BlindedViews, view_of

_PATHS = {
    "study-metadata": "metadata",
    "series": "series",
    "series-metadata": "series/<str:series_uid>/metadata",
    "frames": "series/<str:series_uid>/instances/<str:instance_uid>/frames/<str:numbers>",
}


def routes(prefix: str, name: str, sight_of: SightOf) -> list[URLPattern]:
    """`<prefix>/dicom-web/studies/{uid}/…`, named `<name>-frames` and so on (names.rows gives their permissions).

    `prefix` names the study's key `key` and what is looked at `subject`: `api/reading/<str:key>/readings/<str:subject>`.
    `sight_of` raises Http404 or PermissionDenied where the person may see nothing of it now.
    """
    if "<str:key>" not in prefix or "<str:subject>" not in prefix:
        raise ValueError(f"found the prefix {prefix!r}; expected one with <str:key> and <str:subject>")
    views = BlindedViews(Sights(sight_of))
    root = f"{prefix.strip('/')}/dicom-web/studies/<str:study_uid>/"
    return [path(root + _PATHS[level], view_of(views, level), name=f"{name}-{level}") for level in LEVELS]
