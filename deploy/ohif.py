"""OHIF as its makers publish it, for the test that opens our results with it.

`npm install @ohif/app` fails for want of packages of its own that were never published; its tarball holds the built viewer,
and that is all we need: some 50 MB to fetch, as much unpacked without source maps and the parts that no test opens.
"""

from pathlib import Path

from deploy.from_npm import NpmPackage

LEFT_OUT = ("package/dist/ort/", "package/dist/dicom-microscopy-viewer/")
DIST = Path(__file__).resolve().parent.parent / ".ohif"


def _place(name: str) -> str | None:
    wanted = name.startswith("package/dist/") and not name.endswith(".map") and not name.startswith(LEFT_OUT)
    return name.removeprefix("package/dist/") if wanted else None


PACKAGE = NpmPackage(
    "@ohif/app@3.13.2",
    "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==",
    _place,
)


def is_there() -> bool:
    """Whether this version lies unpacked."""
    return PACKAGE.is_in(DIST)
