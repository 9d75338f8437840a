"""A finished study into one zip (archive.py)."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.canonical import canonical
from radapp.readerstudies.facts import Bound, content, links, name_of
from radapp.readerstudies.keeping import archive, heads
from radapp.readerstudies.keeping.archive import Manifest
from radapp.readerstudies.keeping.keys import public_of, signing_key
from radapp.readerstudies.models import Case, ChainEntry, ReaderStudy, Reading, Session, SignedHead

EPOCH = (2020, 1, 1, 0, 0, 0)
"""Of every file in a zip: its content alone tells when."""


class NotFinalError(RuntimeError):
    """The study is not unblinded: an archive holds answers beside the reference standard."""


def export(study: ReaderStudy, out: IO[bytes], *, actor: User | None, actor_name: str = "") -> Manifest:
    """Write an unblinded study to `out`; that it was exported is in its chain, and signed. Raises NotFinalError."""
    with transaction.atomic():
        study = ReaderStudy.objects.select_for_update().get(pk=study.pk)
        if study.state != ReaderStudy.State.UNBLINDED:
            raise NotFinalError(f"The study is {study.state}; it can be archived once it is unblinded.")
        chain.record(study, actor=actor, actor_name=actor_name, action=chain.Action.STUDY_EXPORTED, target="archive")
        heads.sign_head(study, "export", actor=actor)
        return _write(study, out)


def _write(study: ReaderStudy, out: IO[bytes]) -> Manifest:
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, lines in _files(study):
            files[name] = _add(pack, name, lines)
        last = ChainEntry.objects.filter(study=study).order_by("sequence").last()
        assert last is not None, "the export itself is an entry"
        manifest = Manifest(study.key, study.title, timezone.now().isoformat(), last.sequence, last.digest, files)
        key, said = signing_key(), manifest.content()
        signature = {"public_key": public_of(key), "signature": key.sign(canonical(said)).hex()}
        _add(pack, archive.MANIFEST, [_pretty(said)])
        _add(pack, archive.SIGNATURE, [_pretty(signature)])
    return manifest


def _files(study: ReaderStudy) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield archive.README, iter([archive.TEXT.encode()])
    for name, bound in archive.ROW_FILES.items():
        yield name, _rows(study, bound)
    yield archive.READINGS, _readings(study)
    yield archive.CHAIN, _entries(study)
    yield archive.HEADS, _heads(study)


def _add(pack: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> dict[str, Any]:
    """One file, line by line; its SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    with pack.open(info, "w", force_zip64=True) as file:
        for line in lines:
            digest.update(line)
            size += file.write(line)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _rows(study: ReaderStudy, bound: Bound) -> Iterator[bytes]:
    found = bound.of(study)
    if bound.model is Session:
        found = found.prefetch_related("assignments__case")
    for row in found.iterator(chunk_size=1000):
        linked = {"links": links(row)} if isinstance(row, Case) else {}
        yield _line({"row": name_of(row), **content(row), **linked})


def _readings(study: ReaderStudy) -> Iterator[bytes]:
    found = Reading.objects.filter(assignment__case__study=study).select_related("assignment").order_by("pk")
    for row in found.iterator(chunk_size=1000):
        times = {name: _time(getattr(row, name)) for name in ("opened_at", "locked_at")}
        yield _line({"assignment": row.assignment.key, "state": row.state, "stage": row.stage, **times})


def _entries(study: ReaderStudy) -> Iterator[bytes]:
    for entry in ChainEntry.objects.filter(study=study).select_related("study").order_by("sequence").iterator(1000):
        yield _line({**chain.content_of(entry), "digest": entry.digest})


def _heads(study: ReaderStudy) -> Iterator[bytes]:
    for head in SignedHead.objects.filter(study=study).select_related("study").order_by("pk"):
        yield _line({**heads.content_of(head), "signature": head.signature})


def _time(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


def _line(said: Any) -> bytes:
    return canonical(said) + b"\n"


def _pretty(said: Any) -> bytes:
    return (json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
