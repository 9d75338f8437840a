"""Telling DICOM from the company it keeps on discs and in folders, by a file's name and its first bytes."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from radapp.archive.encoding import LONG_VRS, SHORT_VRS

# Enough to see a preamble, the first elements, or that a file is text.
HEAD_BYTES = 4096

_SUFFIX_LIST = """
.txt .inf .ini .exe .dll .msi .bat .cmd .sh .app .jar .class .htm .html .css .js .pdf .rtf .doc .docx .xls .xlsx .ppt .pptx
.jpg .jpeg .png .gif .bmp .tif .tiff .ico .svg .webp .mp4 .avi .mov .xml .xsl .json .csv .tsv .md .log .db .lnk .url .cfg
.config .properties .dat .bin .sys .cat .chm .hlp .manifest .plist .strings .nii .mha .mhd .nrrd .py .yml .yaml
"""
_NAME_LIST = "dicomdir .ds_store thumbs.db desktop.ini autorun.inf lockfile version readme license"
_SUFFIXES = frozenset(_SUFFIX_LIST.split())
_NAMES = frozenset(_NAME_LIST.split())
_FOLDERS = frozenset({"__macosx", ".git", ".svn", "$recycle.bin", "system volume information"})
# Zip archives by their bytes, but a viewer's program or a document by what they are.
_ZIPPED_CLUTTER = frozenset([".jar", ".war", ".apk", ".xpi", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub"])
_CLAIMS_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".ima", ".dc3"})
# How scanners and media name images without a suffix: IM_0001, I10, MR000012, 00000001, 1.2.840.….
_CLAIMS_NAME = re.compile(r"(im|img|image|mr|ct|i|z)?[-_]?[0-9]+|[0-9]+(\.[0-9]+){3,}", re.IGNORECASE)
_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
}


class Kind(Enum):
    """What a file is, as far as its first bytes tell."""

    DICOM = "dicom"
    BARE = "bare"  # a data set without preamble and DICM, as some exports write
    ZIP = "zip"
    CLUTTER = "clutter"
    BROKEN = "broken"


@dataclass(frozen=True)
class Judgement:
    """A kind; for clutter and broken files with the reason."""

    kind: Kind
    reason: str = ""


def is_clutter_path(path: str) -> bool:
    """Whether a path says by itself that nothing in it is an examination: system folders and Apple's ._ doubles."""
    parts = [part.lower() for part in PurePosixPath(path.replace("\\", "/")).parts]
    return bool(parts) and (parts[-1].startswith("._") or any(part in _FOLDERS for part in parts[:-1]))


def judge(path: str, head: bytes) -> Judgement:
    """What a file with this path and these first bytes (up to HEAD_BYTES) is."""
    if is_clutter_path(path):
        return Judgement(Kind.CLUTTER, "a system's own file")
    if head[128:132] == b"DICM":
        return Judgement(Kind.DICOM)
    name = PurePosixPath(path.replace("\\", "/")).name
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        if suffixes and suffixes[-1] in _ZIPPED_CLUTTER:
            return Judgement(Kind.CLUTTER, "a program or document, not an archive of images")
        return Judgement(Kind.ZIP)
    if suffixes and suffixes[-1] == ".zip":
        found = f"found {head[:4]!r}" if head else "the file is empty"
        return Judgement(Kind.BROKEN, f"{found}, expected a zip archive, which begins with PK: damaged or cut off")
    claims = bool(suffixes) and suffixes[-1] in _CLAIMS_SUFFIXES
    known = name.lower() in _NAMES or (bool(suffixes) and suffixes[-1] in _SUFFIXES) or ".nii" in suffixes
    if known and not claims:
        return Judgement(Kind.CLUTTER, "not DICOM, by its name and content")
    if starts_like_a_data_set(head):
        return Judgement(Kind.BARE)
    return _unrecognised(head, claims=claims or _CLAIMS_NAME.fullmatch(name) is not None, has_suffix=bool(suffixes))


def _unrecognised(head: bytes, *, claims: bool, has_suffix: bool) -> Judgement:
    archive = next((kind for magic, kind in _ARCHIVES.items() if head.startswith(magic)), None)
    if archive is not None:
        return Judgement(Kind.BROKEN, f"found a {archive} archive, expected DICOM or zip: unpack it first")
    if not head:
        return Judgement(Kind.BROKEN if claims else Kind.CLUTTER, "the file is empty")
    if claims:
        found = head[128:132] if len(head) >= 132 else head[:16]
        return Judgement(Kind.BROKEN, f"found {found!r}, expected DICM at byte 128 or a data set: not DICOM, or damaged")
    if has_suffix or _is_text(head):
        return Judgement(Kind.CLUTTER, "not DICOM, by its name and content")
    return Judgement(Kind.BROKEN, "found binary data without DICM at byte 128, expected DICOM: not DICOM, or damaged")


def starts_like_a_data_set(head: bytes) -> bool:
    """Whether the first element could be one of group 0002 or 0008, in any of the uncompressed encodings."""
    if len(head) < 16 or head[:2] not in {b"\x08\0", b"\0\x08", b"\x02\0"}:
        return False
    little = head[0] != 0
    if head[4:6] in LONG_VRS | SHORT_VRS:
        return True
    return little and head[3] == 0 and int.from_bytes(head[4:8], "little") <= 1024


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # A multi-byte character may be cut at the end.
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
