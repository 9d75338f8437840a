"""The Native DICOM Model as XML (PS3.19 annex A.1), written from DICOM JSON (PS3.18 annex F), which says the same."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pydicom.datadict import keyword_for_tag

NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM"

_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_COMPONENTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
# XML 1.0 knows no way to write these, not even escaped.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Record = Mapping[str, Any]


def document(record: Record) -> bytes:
    """One data set in DICOM JSON as a whole XML document, UTF-8."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xmlns="{NAMESPACE}" xml:space="preserve">\n'
    return "".join((head, *_attributes(record), "</NativeDicomModel>\n")).encode()


def _text(value: object) -> str:
    return escape(_UNWRITABLE.sub("", str(value)), {"\r": "&#13;"})


def _attributes(record: Record) -> Iterator[str]:
    for tag in sorted(record):
        written = record[tag]
        yield f"<DicomAttribute {_named(tag, written['vr'], record)}>"
        yield from _content(written)
        yield "</DicomAttribute>\n"


def _named(tag: str, vr: str, record: Record) -> str:
    """Tag, VR, and the keyword; of a private attribute its creator, and the tag without the block that it reserved."""
    tag = tag.upper()
    group, block = tag[:4], tag[4:6]
    creator = record.get(f"{group}00{block}", {}).get("Value") if int(group, 16) % 2 and block >= "10" else None
    if creator:
        return f'tag="{group}00{tag[6:]}" vr="{vr}" privateCreator={quoteattr(_UNWRITABLE.sub("", str(creator[0])))}'
    keyword = keyword_for_tag(int(tag, 16))
    return f'tag="{tag}" vr="{vr}"' + (f' keyword="{keyword}"' if keyword else "")


def _content(written: Mapping[str, Any]) -> Iterator[str]:
    if "BulkDataURI" in written:
        yield f"<BulkData uri={quoteattr(str(written['BulkDataURI']))}/>"
    elif "InlineBinary" in written:
        yield f"<InlineBinary>{_text(written['InlineBinary'])}</InlineBinary>"
    for number, value in enumerate(written.get("Value", ()), 1):
        if value is None:
            continue
        if written["vr"] == "SQ":
            yield f'<Item number="{number}">\n'
            yield from _attributes(value)
            yield "</Item>"
        elif written["vr"] == "PN":
            yield f'<PersonName number="{number}">'
            yield from _name(value)
            yield "</PersonName>"
        else:
            yield f'<Value number="{number}">{_text(value)}</Value>'


def _name(value: Mapping[str, str]) -> Iterator[str]:
    for group in _GROUPS:
        if group in value:
            parts = zip(_COMPONENTS, value[group].split("^"), strict=False)
            yield f"<{group}>{''.join(f'<{part}>{_text(text)}</{part}>' for part, text in parts if text)}</{group}>"
