"""Noto Sans SC, with Latin and Chinese signs, for the figures and PDFs of reports: the same bytes on every machine.

Under the SIL Open Font License 1.1, which comes with it. npm's package has nine weights of it, 57 MB to fetch; two are kept,
21 MB, in `.venv`, where radapp.reports.files.fonts finds them whether or not the front end's packages are there.
"""

from pathlib import Path

from deploy.from_npm import NpmPackage

KEPT = {
    "package/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    "package/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
    "package/LICENSE_FONT": "LICENSE",
}
PACKAGE = NpmPackage(
    "@expo-google-fonts/noto-sans-sc@0.4.3",
    "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ==",
    KEPT.get,
)
FOLDER = Path("share") / "darndest" / "fonts"
"""Within `.venv`."""
