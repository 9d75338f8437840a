"""Signed heads: the chain's newest digest under the installation's key, as a row and as a file outside the database.

Whoever owns the database can rewrite a chain and its hashes; they cannot sign it, nor reach files that were copied away.
A file is written beside its name before the transaction ends, and gets the name when it has: a full disk fails the act, and
no file names what was never committed.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.canonical import canonical
from radapp.readerstudies.keeping.keys import public_of, signing_key, sync_folder
from radapp.readerstudies.models import ChainEntry, ReaderStudy, SignedHead

VERSION = 1
SERVER = "the server"


@transaction.atomic
def sign_head(study: ReaderStudy, occasion: str, *, actor: User | None = None) -> SignedHead:
    """Sign the chain as it stands now, keep the head as a row and a file, and tell the chain. In the caller's transaction.

    Raises LookupError for a chain without entries, AuditKeyRefusedError for a wrong key file, OSError where no file can be
    written.
    """
    ReaderStudy.objects.select_for_update().only("pk").get(pk=study.pk)
    last = ChainEntry.objects.filter(study=study).order_by("-sequence").only("sequence", "digest").first()
    if last is None:
        raise LookupError(f"{study}: found a chain without entries, expected at least one to sign")
    key = signing_key()
    head = SignedHead(
        study=study,
        sequence=last.sequence,
        digest=last.digest,
        occasion=occasion,
        public_key=public_of(key),
        signed_at=timezone.now(),
    )
    head.signature = key.sign(canonical(content_of(head))).hex()
    head.save()
    write(head)
    chain.record(
        study,
        actor=actor,
        actor_name="" if actor else SERVER,
        action=chain.Action.HEAD_SIGNED,
        target=f"head {head.sequence}",
        after={**content_of(head), "signature": head.signature},
    )
    return head


def content_of(head: SignedHead) -> dict[str, Any]:
    """What is signed."""
    return {
        "version": VERSION,
        "study": head.study.key,
        "sequence": head.sequence,
        "digest": head.digest,
        "occasion": head.occasion,
        "signed_at": head.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "public_key": head.public_key,
    }


def write(head: SignedHead) -> Path:
    """Write the head's file, durably; it gets its name when the transaction ends. Returns that name."""
    path = folder_of(Path(settings.AUDIT_HEADS_DIR), head.study.key) / f"{head.sequence:09d}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = _aside(path)
    text = json.dumps({**content_of(head), "signature": head.signature}, indent=2, sort_keys=True) + "\n"
    with aside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    transaction.on_commit(partial(_name, aside, path))
    return path


def _name(aside: Path, path: Path) -> None:
    aside.replace(path)
    sync_folder(path.parent)
    sync_folder(path.parent.parent)


def folder_of(heads: Path, study_key: str) -> Path:
    """Where the heads of one study lie."""
    return heads / study_key


def _aside(path: Path) -> Path:
    return path.with_suffix(".json.part")


def written(heads: Path, study_key: str) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """(file, what it says) of a study; None where a file cannot be read.

    A file that waits for its name (the process died just then) counts; without its row nothing was committed.
    """
    folder = folder_of(heads, study_key)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        yield path, _said(path)
    for aside in sorted(folder.glob("*.json.part")) if folder.is_dir() else ():
        said = _said(aside)
        known = said and SignedHead.objects.filter(study__key=study_key, signature=said.get("signature", ""))
        if known and known.exists() and not aside.with_suffix("").exists():
            yield aside, said


def _said(path: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None
