"""Whether an audit chain is whole: its entries, the rows that they tell of, and the heads that were signed over it."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from radapp.readerstudies import chain
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.facts import fact_of, links, name_of, rows_of
from radapp.readerstudies.keeping.heads_check import check_heads
from radapp.readerstudies.keeping.verdict import Verdict
from radapp.readerstudies.models import ChainEntry, ReaderStudy


@dataclass
class Told:
    """What the entries say, gathered on one walk along the chain."""

    digests: list[str] = field(default_factory=list)
    """By sequence, the first at 0; empty strings where entries are missing."""
    facts: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    """{row's name: (sequence of the newest entry that names it, digest)}; None: that entry removed it."""
    heads: dict[str, ChainEntry] = field(default_factory=dict)
    """{signature: the entry that tells of it}"""
    imported: int = 0
    """Sequence of the newest entry that brought the study from elsewhere; 0 for none."""

    def digest(self, sequence: int) -> str | None:
        """Of the entry at a sequence; None beyond the chain's ends."""
        return self.digests[sequence - 1] if 0 < sequence <= len(self.digests) else None


def verify(study: ReaderStudy, heads: Path | None, trusted: frozenset[str]) -> Verdict:
    """Walk along a study's chain. `heads`: the folder of signed heads; `trusted`: public keys that may have signed them.
    None: a study that is being restored, before there are files and an entry of its import.

    Reads only. Take a moment at which nobody writes, or a copy: entries that come meanwhile are not looked at.
    """
    verdict = Verdict.of(study)
    told = _walk(study, verdict)
    _compare_rows(study, told, verdict)
    check_heads(study, told, heads, trusted, verdict)
    if study.imported and not told.imported and heads is not None:
        verdict.found(
            "not_imported", "study", "found a study marked as imported, expected an entry that tells of its import"
        )
    return verdict


def _walk(study: ReaderStudy, verdict: Verdict) -> Told:
    told, previous, before = Told(), chain.FIRST, None
    entries = ChainEntry.objects.filter(study=study).select_related("study", "actor").order_by("sequence", "pk")
    for entry in entries.iterator(chunk_size=1000):
        verdict.entries += 1
        _check_sequence(entry, told, verdict)
        _check_entry(entry, previous, before, verdict)
        told.digests.append(entry.digest)
        told.facts.update((name, (entry.sequence, fact)) for name, fact in entry.rows.items())
        if entry.action == chain.Action.HEAD_SIGNED and isinstance(entry.after, dict):
            told.heads[str(entry.after.get("signature", ""))] = entry
        if entry.action == chain.Action.STUDY_IMPORTED:
            told.imported = entry.sequence
        previous, before = entry.digest, entry.at
    if not verdict.entries:
        verdict.found("no_chain", "chain", "found no entry, expected one of each fact from the study's creation on")
    return told


def _check_sequence(entry: ChainEntry, told: Told, verdict: Verdict) -> None:
    expected = len(told.digests) + 1
    if entry.sequence > expected:
        verdict.found(
            "gap", f"entry {expected}", f"found entry {entry.sequence} next, expected {expected}: entries are missing"
        )
        told.digests += [""] * (entry.sequence - expected)
    elif entry.sequence < expected:
        verdict.found("repeated", f"entry {entry.sequence}", f"found this sequence again, expected {expected}")


def _check_entry(entry: ChainEntry, previous: str, before: datetime | None, verdict: Verdict) -> None:
    where = f"entry {entry.sequence} ({entry.action} {entry.target}".rstrip() + ")"
    if entry.previous != previous:
        verdict.found(
            "link", where, f"found the digest {entry.previous[:12]}… of the entry before, expected {previous[:12]}…"
        )
    said = digest_of(chain.content_of(entry))
    if said != entry.digest:
        verdict.found(
            "digest", where, f"found content of digest {said[:12]}…, expected {entry.digest[:12]}…: it was changed"
        )
    if entry.actor is not None and entry.actor.username != entry.actor_name:
        verdict.found("actor", where, f"found the account {entry.actor.username}, expected {entry.actor_name}")
    if before is not None and entry.at < before:
        verdict.remarked("clock", where, f"written at {entry.at}, after an entry of {before}: the clock went back")


def _compare_rows(study: ReaderStudy, told: Told, verdict: Verdict) -> None:
    """Every row has its entry with equal content, and every entry its row."""
    missing = {name for name, (_, fact) in told.facts.items() if fact is not None}
    for row in rows_of(study):
        verdict.rows += 1
        name = name_of(row)
        missing.discard(name)
        sequence, fact = told.facts.get(name, (0, None))
        if fact is None:
            words = f"entry {sequence} removed it" if sequence else "no entry names it"
            verdict.found("row_unknown", name, f"found this row, but {words}")
        elif not _agree(fact_of(row), fact, links_count=not study.imported or any(links(row).values())):
            verdict.found("row_changed", name, f"found other content than entry {sequence} tells of: it was changed since")
    for name in sorted(missing):
        verdict.found("row_missing", name, f"found no such row, expected the one that entry {told.facts[name][0]} tells of")


def _agree(found: str, told: str, *, links_count: bool) -> bool:
    """Whether two facts are the same. A row of a study from elsewhere may have lost its links, and cannot get others."""
    parts = list(zip_longest(found.split(":"), told.split(":")))
    return all(one == other for one, other in (parts if links_count else parts[:1]))
