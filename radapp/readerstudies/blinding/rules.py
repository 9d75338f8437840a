"""The rules that a blinded object must keep, written apart from the allow-list: a row loosened there is found here."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from radapp.readerstudies.blinding import pseudonyms

_NUMBERS = """
00180050 00200011 00200013 00200032 00200037 00280002 00280010 00280011 00280030 00280100 00280101 00280102 00280103
00281050 00281051 00281052 00281053
"""
_NAMES = "00080018 0020000D 0020000E 00200052"
_WORDS = "00080016 00080060 0008103E 00083002 00280004"
NUMBERS = frozenset(_NUMBERS.split())
"""Numbers may stand here: geometry, pixels, window, and numbering."""
PSEUDONYMS = frozenset(_NAMES.split())
IMAGE_TAGS = NUMBERS | PSEUDONYMS | frozenset(_WORDS.split())
"""An image has these, no more and no fewer; and the date where the protocol shifts it."""
DATE_TAG = "00080020"
ONE_DATE = "20000101"
WORDS = re.compile(r"(T1WI|T2WI|T1WIC)( prior)?")
CONSTANTS: Mapping[str, re.Pattern[str]] = {
    "00080016": re.compile(r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.4"),
    "00080060": re.compile("MR"),
    "0008103E": WORDS,
    "00083002": re.compile(r"1\.2\.840\.10008\.1\.2\.1"),
    "00280004": re.compile("MONOCHROME[12]"),
    DATE_TAG: re.compile("[0-9]{8}"),  # a prior's
}
NAME = re.compile(rf"2\.25\.[1-9][0-9]{{{pseudonyms.LENGTH - 6}}}")


def broken(found: Mapping[str, Any], originals: Mapping[str, str], *, dated: bool) -> Iterator[tuple[str, str]]:
    """(code, sentence) for each rule that one object's DICOM JSON breaks. `originals`: {value: attribute} of its headers."""
    wanted = IMAGE_TAGS | ({DATE_TAG} if dated else set())
    for tag in sorted(set(found) - wanted):
        yield "attribute_too_many", f"The attribute {tag} is sent; no reader needs it."
    for tag in sorted(wanted - set(found)):
        yield "attribute_missing", f"The attribute {tag} is missing: what is there must not differ between cases."
    if dated and not _is_prior(found) and found.get(DATE_TAG, {}).get("Value") != [ONE_DATE]:
        yield "date", f"The date is another than {ONE_DATE}, which every examination has."
    for tag, element in found.items():
        for value in _leaves(element.get("Value", [])):
            yield from _broken_value(tag, value, originals)


def _is_prior(found: Mapping[str, Any]) -> bool:
    return str(found.get("0008103E", {}).get("Value", [""])[0]).endswith(" prior")


def _broken_value(tag: str, value: Any, originals: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, int | float):
        if tag not in NUMBERS:
            yield "number", f"The attribute {tag} holds a number; none was expected."
        return
    text = str(value)
    if (tag in CONSTANTS and CONSTANTS[tag].fullmatch(text)) and (tag != DATE_TAG or text not in originals):
        return
    if tag in PSEUDONYMS and NAME.fullmatch(text) and text not in originals:
        return
    source = originals.get(max((one for one in originals if one in text), key=len, default=""), "")
    yield "original_value", f"The attribute {tag} holds what stands in the original's {source or 'header, or worse'}."


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    else:
        yield value
