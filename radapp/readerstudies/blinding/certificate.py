"""The blinding certificate: what a reader will see of every included case, held against what stands in its headers."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.dicomweb import pixels
from radapp.readerstudies import chain
from radapp.readerstudies.blinding import allowed, originals, rules
from radapp.readerstudies.blinding.choosing import choices
from radapp.readerstudies.blinding.dates import protocol_of
from radapp.readerstudies.blinding.frames import octets
from radapp.readerstudies.blinding.look import PRIOR, Look, ShownSeries, looked_anew
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.models import BlindingCertificate, Case, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.sight import COMPLETE, UNENHANCED, Sight

NO_IMAGES = "The case has no images."
MISSING = "No {role} can be shown{prior}, and an arm shows it{why}."
TELLS = " Its absence would tell."
UNREADABLE = "The pixels of {role} cannot be decoded here."
SHARED = "Two cases share a pseudonym."


@dataclass(frozen=True)
class Finding:
    """What stands against opening: of which case, a word for programs, and a sentence."""

    case: int
    code: str
    detail: str


@dataclass(frozen=True)
class SeenCase:
    """What readers see of one case."""

    number: int
    key: str
    series: tuple[dict[str, Any], ...]
    withheld: int
    shown: dict[str, str] = field(repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True)
class Certificate:
    """`findings`: [{case, code, detail}]; empty where readers cannot learn from headers who or what they read."""

    study: ReaderStudy
    cases: tuple[SeenCase, ...]
    findings: list[dict[str, Any]]
    example: list[dict[str, Any]]
    made_at: str

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def content(self) -> dict[str, Any]:
        """As it is stored and printed: no original value stands in it."""
        return {
            "ok": self.ok,
            "study": {"key": self.study.key, "title": self.study.title, "revision": self.study.revision},
            "made_at": self.made_at,
            "version": settings.VERSION,
            "attributes": _attributes(),
            "example": self.example,
            "cases": [
                {"case": one.number, "key": one.key, "series": list(one.series), "withheld": one.withheld}
                for one in self.cases
            ],
            "findings": self.findings,
        }


def certify(study: ReaderStudy) -> Certificate:
    """Look at every included case as a reader would, and hold each header against the rules."""
    protocol = protocol_of(study)
    cases: list[SeenCase] = []
    findings: list[Finding] = []
    example: list[dict[str, Any]] = []
    included = study.cases.filter(state=Case.State.INCLUDED).select_related("examination", "prior").order_by("number")
    for case in included:
        if case.examination is None:
            if not study.imported:
                findings.append(Finding(case.number, "no_images", NO_IMAGES))
            continue
        seen, found, first = _looked_at(case, case.examination, protocol)
        cases.append(seen)
        findings += found
        example = example or first
    findings += _shared(cases)
    return Certificate(study, tuple(cases), [vars(one) for one in findings], example, timezone.now().isoformat())


def store(certificate: Certificate, *, actor: User) -> BlindingCertificate:
    """Keep it, and fix the series that every case shows from now on."""
    content = certificate.content()
    with transaction.atomic():
        row = BlindingCertificate.objects.create(study=certificate.study, ok=certificate.ok, content=content, made_by=actor)
        for one in certificate.cases:
            Case.objects.filter(study=certificate.study, key=one.key).update(shown=one.shown)
        chain.record(
            certificate.study,
            actor=actor,
            action=chain.Action.CERTIFIED,
            target=f"revision {certificate.study.revision}",
            after={
                "ok": certificate.ok,
                "findings": len(certificate.findings),
                "sha256": digest_of(content),
                "shown": {one.key: one.shown for one in certificate.cases},
            },
            rows=[row, *certificate.study.cases.filter(key__in=[one.key for one in certificate.cases])],
        )
    return row


def _looked_at(case: Case, examination: Study, protocol: Protocol) -> tuple[SeenCase, list[Finding], list[dict[str, Any]]]:
    arms = protocol.design.arms
    needed = COMPLETE if any(arm.images == "complete" for arm in arms) else UNENHANCED
    prior = case.prior if any(arm.prior for arm in arms) else None
    sight = Sight(case.study, f"certificate {case.key}", examination, COMPLETE, prior=prior)
    look = looked_anew(sight, {})
    speaking = originals.spoken(_sha256s(look))
    findings = [
        *_missing(case, sight, look, needed),
        *_unreadable(case, look),
        *_broken(case, look, speaking, dated=protocol.blinding.dates == "shifted"),
    ]
    seen = SeenCase(
        number=case.number,
        key=case.key,
        series=tuple(_told(one) for one in look.series.values()),
        withheld=len(_withheld(look)),
        shown={_place(one): one.subjects[0].original_series for one in look.series.values()},
        names=frozenset(_names(look)),
    )
    return seen, findings, _example(look)


def _place(one: ShownSeries) -> str:
    first = one.subjects[0]
    return PRIOR * first.prior + first.role.value


def _told(one: ShownSeries) -> dict[str, Any]:
    first = one.subjects[0]
    return {"role": first.role.value, "prior": first.prior, "instances": len(one.subjects)}


def _sha256s(look: Look) -> list[str]:
    found = (subject.plane.sha256 for one in look.series.values() for subject in one.subjects)
    return list(dict.fromkeys(found))


def _missing(case: Case, sight: Sight, look: Look, needed: Sequence[Any]) -> Iterator[Finding]:
    there = {(one.subjects[0].role, one.subjects[0].prior) for one in look.series.values()}
    for role in needed:
        if (role, False) not in there:
            why = {reason for one in choices(sight.examination, (role,)) for reason in one.refused}
            words = f": {'; '.join(sorted(why))}" if why else ""
            tells = TELLS if role not in UNENHANCED else ""
            detail = MISSING.format(role=role.value, prior="", why=words) + tells
            yield Finding(case.number, f"missing_{role.value.lower()}", detail)


def _unreadable(case: Case, look: Look) -> Iterator[Finding]:
    for one in look.series.values():
        middle = one.subjects[len(one.subjects) // 2]
        try:
            octets(middle.plane.sha256, [middle.plane.index])
        except (pixels.NoPixelsError, OSError):
            yield Finding(case.number, "unreadable", UNREADABLE.format(role=middle.role.value))


def _broken(case: Case, look: Look, speaking: dict[str, str], *, dated: bool) -> Iterator[Finding]:
    """Each broken rule once, however many headers break it."""
    told = Counter(problem for found in json.loads(look.metadata) for problem in rules.broken(found, speaking, dated=dated))
    for (code, detail), count in told.items():
        yield Finding(case.number, code, f"{detail} ({count} times)" if count > 1 else detail)


def _shared(cases: Sequence[SeenCase]) -> Iterator[Finding]:
    """Cases by which a reader could tell that two are of one patient."""
    owner: dict[str, int] = {}
    for case in cases:
        if any(owner.setdefault(name, case.number) != case.number for name in case.names):
            yield Finding(case.number, "shared_pseudonym", SHARED)


def _names(look: Look) -> Iterator[str]:
    for found in json.loads(look.metadata):
        for tag in rules.PSEUDONYMS & set(found):
            yield from map(str, found[tag].get("Value", []))


def _attributes() -> list[dict[str, str]]:
    rows = (*allowed.IMAGE, allowed.DATE)
    return [{"tag": row.tag, "keyword": row.keyword, "made": row.made.value, "why": row.why} for row in rows]


def _withheld(look: Look) -> set[str]:
    """What the first header of each series holds and no reader gets."""
    sent = {row.keyword for row in allowed.IMAGE}
    return {name for one in look.series.values() for name in originals.attributes(one.subjects[0].plane.sha256)} - sent


def _example(look: Look) -> list[dict[str, Any]]:
    """One image of each series as a reader gets it, header by header, with the names of what is withheld."""
    return [
        {**_told(one), "header": json.loads(one.metadata)[0], "withheld": sorted(_withheld_of(one))}
        for one in look.series.values()
    ]


def _withheld_of(one: ShownSeries) -> set[str]:
    return originals.attributes(one.subjects[0].plane.sha256) - {row.keyword for row in allowed.IMAGE}
