"""What one person hears of a study: the words that none of it may hold, crawls of all or of one's own rooms, and two crawls
held against each other.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from itertools import count
from typing import Any

from django.test import Client

from radapp.accounts.access import PROGRAM_PREFIXES
from radapp.archive.models import Instance, Study
from radapp.readerstudies.models import Assignment, Case, ReaderStudy, ReferenceStep, Session
from radapp.triage.models import Result, Run, StudyTriage
from tests.radapp.addresses import walk
from tests.radapp.readerstudies.blinding import crawler, leaks
from tests.radapp.readerstudies.blinding.crawler import Answer, Crawler
from tests.radapp.readerstudies.blinding.maps import heatmap, result

METHODS = crawler.METHODS if os.environ.get("EVIDENCE") == "full" else ("GET", "POST")
"""What each address is asked by: reduced to these two; the permission matrices ask by all."""
SCORES = (0.7311, 0.2977, 0.5123, 0.8642)
COMMON = ("api-reader-studies", "api-session", "page-home")
READING, TAGGING, CODING = (("api-reading", *COMMON), ("api-tagging", *COMMON), ("api-coding", *COMMON))
"""Names of addresses begin so: somebody's own rooms."""
OPEN_DOORS = {"/api/reader-studies", "/api/session", "/api/schema", "/api/docs", "/health/live", "/health/ready"}
"""Of everybody who is signed in."""
THE_SAME = frozenset({"api-schema", "api-docs"})
"""Names of addresses that answer everybody alike: the reader's crawl looks at them, the others need not."""
_runs = count(100)


def weighed(study: ReaderStudy) -> None:
    """Each case has a result, of another score each, with heatmaps."""
    for case, score in zip(study.cases.all(), SCORES, strict=False):
        found = result(case, tier="positive" if score > 0.5 else "negative", score=score)
        for sequence in ("T1WI", "T2WI"):
            heatmap(case, sequence)
        StudyTriage.objects.update_or_create(
            study=case.examination, defaults={"state": "done", "run": found.run, "result": found, "tier": found.tier}
        )


def overheard(study: ReaderStudy) -> list[str]:
    """Values that nobody blinded should have, but may have heard of: keys of cases and sessions, original UIDs."""
    found = [study.key, *study.cases.values_list("key", flat=True), *Session.objects.values_list("key", flat=True)]
    one = Instance.objects.select_related("series__study")[0]
    return [*found, one.series.study.study_instance_uid, one.series.series_instance_uid, one.sop_instance_uid]


def words(
    study: ReaderStudy,
    me: str,
    *,
    scores: Iterable[float] = SCORES,
    known: Collection[str] = (),
    of: Iterable[Study] | None = None,
) -> set[str]:
    """What `me` must not hear; `scores`: those that are not in sight now; `known`: what is theirs to know; `of`: the
    originals, else all of the archive.
    """
    others = Assignment.objects.exclude(session__reader__user__username=me).values_list("key", flat=True)
    sessions = Session.objects.values_list("key", flat=True)
    found = leaks.forbidden(study, me, of) | {str(score) for score in scores}
    return (found | {key.lower() for key in (*others, *sessions)}) - {one.lower() for one in known}


def looked_through(answers: Sequence[Answer], unheard: Iterable[str]) -> list[str]:
    """All that is wrong with some answers."""
    return [*leaks.spoken(answers, unheard), *leaks.unruly(answers), *leaks.uneven_refusals(answers)]


def doors(answers: Iterable[Answer]) -> set[str]:
    """Where something was answered: addresses up to their second part, pages and static files left out."""
    paths = {answer.path for answer in answers if answer.status == 200 and answer.method == "GET"}
    return {"/".join(path.split("/")[:3]) for path in paths if path.startswith(PROGRAM_PREFIXES)}


def at_the_rooms(client: Client, *seeds: str, rooms: tuple[str, ...]) -> list[Answer]:
    """A crawl of what is somebody's own; images where they lead."""
    shut = {address.name for address in walk() if not address.name.startswith(rooms)}
    return Crawler(client, seeds=seeds, sparing=True, methods=METHODS).crawl(shut)


def visited(client: Client, *paths: str, pixels: bool = False) -> list[Answer]:
    """What some addresses answer, and where they lead: quicker than a crawl where one knows the way."""
    crawler = Crawler(client, sparing=True, pixels=pixels)
    for path in paths:
        crawler.ask("GET", path)
    return list(crawler.answers.values())


def differing(before: Iterable[Answer], after: Iterable[Answer]) -> list[str]:
    """Where two crawls of the same world differ."""
    then = {(one.method, one.path): one.text for one in before}
    now = {(one.method, one.path): one.text for one in after}
    return [
        f"{key}: {then.get(key)} then, {now.get(key)} now" for key in sorted({*then, *now}) if then.get(key) != now.get(key)
    ]


def truth_turned_over(cases: Iterable[Case]) -> None:
    """Another truth, with another stage and site."""
    for case in cases:
        step = ReferenceStep.objects.filter(case=case).latest("id")
        ReferenceStep.objects.create(
            case=case, step=step.step, version=step.version + 1, recurrence=not step.recurrence,
            basis="one_year_free" if step.recurrence else "histopathology", reason="Turned over.",
            rt_stage="" if step.recurrence else "rT1", sites=[] if step.recurrence else ["skull_base"],
        )  # fmt: skip


def weighed_anew(cases: Iterable[Case]) -> None:
    """Another tier and score by a new run, and another name of every patient."""
    for case in cases:
        before = Result.objects.filter(run__study=case.examination).latest("id")
        run = Run.objects.create(
            study=case.examination, protocol=before.run.protocol, fingerprint=f"g{next(_runs)}", inputs={}, state="done"
        )
        facts: dict[str, Any] = {"tier": "suspicious", "series": [], "bundles": {}, "synthetic": True}
        after = Result.objects.create(run=run, score_t1wi=0.01, score_t2wi=0.02, score_t1_t2=0.015, **facts)
        StudyTriage.objects.filter(study=case.examination).update(run=run, result=after, tier="suspicious", score=0.015)
    Study.objects.update(patient_name="Somebody^Else", accession_number="ACCELSEWHERE", study_description="elsewhere")
