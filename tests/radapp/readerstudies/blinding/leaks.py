"""What a crawl must not hold: words that only originals have, broken rules, refusals that differ, and what ties cases."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from radapp.archive.models import Instance, Study
from radapp.readerstudies.blinding import allowed, rules
from radapp.readerstudies.models import ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.blinding.crawler import Answer

WORDS = ("secretname", "secretpid", "secretacc", "secret description", "secret maker", "secretstation", "secret hospital",
         "secret t1wi", "secret t2wi", "secret activation", scene.ROOT)  # fmt: skip
"""What tests.radapp.readerstudies.scene writes into headers, whatever its number."""
FRAMES = "/frames/"


def forbidden(study: ReaderStudy, me: str, of: Iterable[Study] | None = None) -> set[str]:
    """Every word that the person `me` must not hear, in lower case: originals' words, UIDs and dates, stored bytes' names,
    other people, and the study's own names of cases and members. `of`: the originals, else all of the archive.
    """
    found, originals = set(WORDS), list(Study.objects.all() if of is None else of)
    for one in originals:
        assert one.study_date is not None
        found |= {f"{one.study_date:%Y%m%d}", f"{one.study_date:%Y-%m-%d}", one.patient_id, one.accession_number}
    stored = Instance.every.filter(series__study__in=originals)
    for sha256, digest, pixels in stored.values_list("sha256", "dataset_digest", "pixel_digest"):
        found |= {one[:16] for one in (sha256, digest, pixels) if one}
    found |= set(study.cases.values_list("key", flat=True)) | set(study.cases.values_list("patient", flat=True))
    for member in study.members.select_related("user"):
        if member.user is None or member.user.username != me:
            found |= {member.key, member.name, *([member.user.username] if member.user else [])}
    return {word.lower() for word in found if word}


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some words. A number, such as a date, within a longer one is a pseudonym's chance."""
    return re.compile("|".join(rf"(?<!\d){word}" if word.isdigit() else re.escape(word) for word in sorted(words)))


def spoken(answers: Iterable[Answer], words: Iterable[str]) -> list[str]:
    """Where a forbidden word stands."""
    some, found = list(words), []
    for answer in answers:
        text = answer.text.lower()
        standing = [word for word in some if word in text]  # quicker than the pattern, which few answers need
        for hit in set(pattern(standing).findall(text)) if standing else ():
            found.append(f"{answer.method} {answer.path}: {hit}")
    return found


def unruly(answers: Iterable[Answer]) -> list[str]:
    """Where a blinded object breaks a rule."""
    found = []
    for answer in _blinded(answers):
        for one in answer.json or [] if answer.status == 200 and answer.path.endswith("/metadata") else []:
            if "52009229" in one:
                continue
            problems = list(rules.broken(one, {}, dated=rules.DATE_TAG in one))
            found += [f"{answer.path}: {detail}" for _, detail in problems]
    return found


def heatmaps(answers: Iterable[Answer]) -> list[str]:
    """Where a heatmap is offered or served."""
    anyone = re.compile(rf'"heatmaps": ?\[\{{|"{re.escape(allowed.PARAMETRIC_MAP)}"')
    found = (answer for answer in answers if answer.path.startswith("/api/") and "schema" not in answer.path)
    return [f"{answer.path}: a heatmap" for answer in found if anyone.search(answer.text)]


def uneven_refusals(answers: Iterable[Answer]) -> list[str]:
    """Refusals below one study's root that differ: they would tell what is there."""
    said: dict[str, set[str]] = {}
    for answer in _blinded(answers):
        if answer.status != 200 and answer.method == "GET":
            said.setdefault("/".join(answer.path.split("/")[:4]), set()).add(answer.text)
    return [f"{root}: {len(texts)} kinds of refusal: {sorted(texts)}" for root, texts in said.items() if len(texts) > 1]


def _blinded(answers: Iterable[Answer]) -> Iterator[Answer]:
    return (answer for answer in answers if answer.path.startswith("/api/") and "/dicom-web/" in answer.path)


@dataclass(frozen=True)
class CaseSeen:
    """All that a reader can compare of one case: values by where they stand."""

    values: Mapping[str, frozenset[str]]


def seen(answers: Sequence[Answer], root: str) -> CaseSeen:
    """What was answered below one case's root: statuses, headers, attributes, lengths, and the frames' own digests."""
    found: dict[str, set[str]] = {}

    def note(place: str, value: object) -> None:
        found.setdefault(place, set()).add(str(value))

    for answer in answers:
        if not answer.path.startswith(root) or answer.status != 200:
            continue
        level = "frames" if FRAMES in answer.path else answer.path.rsplit("/", 1)[1] or "case"
        for name, value in answer.headers.items():
            if name != "Content-Length":
                note(f"{level} header {name}", value)
        if level == "frames":
            note("frame", hashlib.sha256(answer.body).hexdigest())
            note("frame length", len(answer.body))
        for one in answer.json if isinstance(answer.json, list) else [answer.json] if answer.json else []:
            note(f"{level} attributes", list(one))
            for place, value in _leaves(one, level):
                note(place, json.dumps(value))
            if "00200032" in one:
                geometry = sum(len(json.dumps(one[tag])) for tag in ("00200032", "00200037", "00200013"))
                note(f"{level} length without place", len(json.dumps(one)) - geometry)
    return CaseSeen({place: frozenset(values) for place, values in found.items()})


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """(where it stands, value) of every value; lists of numbers are one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place} {key}")
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for one in value:
            yield from _leaves(one, place)
    else:
        yield place, value


def ties(cases: Mapping[str, CaseSeen]) -> list[str]:
    """Where what two cases have in common differs from pair to pair: there one patient could be told from two."""
    pairs = {(here, there): _common(cases[here], cases[there]) for here, there in combinations(cases, 2)}
    places = {place for common in pairs.values() for place in common}
    found = []
    for place in sorted(places):
        shared = {pair: sorted(common.get(place, frozenset())) for pair, common in pairs.items()}
        if len({json.dumps(one) for one in shared.values()}) > 1:
            found.append(f"{place}: {shared}")
    return found


def _common(here: CaseSeen, there: CaseSeen) -> dict[str, frozenset[str]]:
    return {place: here.values.get(place, frozenset()) & there.values.get(place, frozenset())
            for place in {*here.values, *there.values}}  # fmt: skip


def sets_apart(cases: Mapping[str, CaseSeen]) -> list[str]:
    """Where one case has something that another has not: another attribute, header or kind of answer."""
    everywhere = frozenset.intersection(*(frozenset(case.values) for case in cases.values()))
    return [f"{name} alone: {further}" for name, case in cases.items() if (further := sorted({*case.values} - everywhere))]
