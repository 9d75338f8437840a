"""Signed heads against the chain: rows, files and the entries that tell of them must be the same heads, rightly signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radapp.readerstudies.keeping import heads as signed
from radapp.readerstudies.keeping.keys import is_signed
from radapp.readerstudies.keeping.verdict import Verdict
from radapp.readerstudies.models import ReaderStudy, SignedHead

if TYPE_CHECKING:
    from radapp.readerstudies.keeping.verifying import Told

SIGNED_FROM = frozenset(
    {ReaderStudy.State.OPEN, ReaderStudy.State.CLOSED, ReaderStudy.State.LOCKED, ReaderStudy.State.UNBLINDED}
)
"""States that no study reaches without a signed head."""


@dataclass(frozen=True)
class Head:
    """A head as a row or a file has it: what was signed, and the signature."""

    where: str
    content: dict[str, Any]
    signature: str

    @property
    def sequence(self) -> int:
        """Of the entry that it was signed over; 0 for none."""
        found = self.content.get("sequence")
        return found if isinstance(found, int) else 0


def check_heads(study: ReaderStudy, told: Told, folder: Path | None, trusted: frozenset[str], verdict: Verdict) -> None:
    """Look at every head, whoever keeps it."""
    rows = {head.signature: _of_row(head) for head in SignedHead.objects.filter(study=study).select_related("study")}
    files = _files(study, folder, verdict) if folder else {}
    verdict.heads, verdict.files = len(rows), len(files)
    for head in {**files, **rows}.values():
        _check(head, study, told, trusted, verdict)
    for signature, entry in told.heads.items():
        if signature not in rows:
            verdict.found(
                "head_missing", f"head {entry.sequence - 1}", f"found no row, expected the one of entry {entry.sequence}"
            )
    for signature, head in rows.items():
        if signature not in told.heads:
            verdict.found("head_untold", head.where, "found this head, expected an entry that tells of it")
        if folder and signature not in files:
            verdict.found(
                "file_missing", head.where, f"found no file of it in {folder}, expected one written when it was signed"
            )
    for signature, head in files.items():
        if signature not in rows:
            verdict.found("head_missing", head.where, "found this file, expected the row of the same head: it was removed")
    if study.state in SIGNED_FROM and not rows:
        verdict.found("no_head", "heads", f"found no signed head, expected one: the study is {study.state}")


def _of_row(head: SignedHead) -> Head:
    return Head(f"head {head.sequence} ({head.occasion})", signed.content_of(head), head.signature)


def _files(study: ReaderStudy, folder: Path, verdict: Verdict) -> dict[str, Head]:
    found: dict[str, Head] = {}
    for path, said in signed.written(folder, study.key):
        if said is None:
            verdict.found("file_damaged", path.name, "found a file that is no head, expected JSON as it was written")
            continue
        signature = str(said.pop("signature", ""))
        found[signature] = Head(f"file {path.name}", said, signature)
    return found


def _check(head: Head, study: ReaderStudy, told: Told, trusted: frozenset[str], verdict: Verdict) -> None:
    key, digest = str(head.content.get("public_key", "")), told.digest(head.sequence)
    if not is_signed(head.content, head.signature, key):
        verdict.found("signature", head.where, "found a signature that does not fit: the head was changed")
        return
    if key not in trusted:
        _tell_of_key(head, key, told, verdict)
    if head.content.get("study") != study.key:
        verdict.found("other_study", head.where, f"found a head of study {head.content.get('study')}, expected {study.key}")
    elif digest is None:
        words = f"found a chain of {len(told.digests)} entries, expected {head.sequence} and more: its tail was removed"
        verdict.found("tail", head.where, words)
    elif digest != head.content.get("digest"):
        words = f"found entry {head.sequence} with digest {digest[:12]}…, expected {str(head.content.get('digest'))[:12]}…"
        verdict.found("rewritten", head.where, f"{words}: the chain was written anew since it was signed")


def _tell_of_key(head: Head, key: str, told: Told, verdict: Verdict) -> None:
    """A head under another key: innocent where the study came from elsewhere after it was signed, else not."""
    words = f"signed with the key {key}; compare it with what that installation's administrator says"
    if head.sequence < told.imported:
        verdict.remarked("foreign_key", head.where, words)
    else:
        verdict.found("unknown_key", head.where, f"{words}, or name it with --trust if this installation's key was changed")
