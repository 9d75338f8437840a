"""A study as one zip: out of one installation, into an empty one, whole; and what is refused."""

import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from radapp.accounts.models import User
from radapp.readerstudies.canonical import canonical
from radapp.readerstudies.facts import BOUND, content, name_of, rows_of
from radapp.readerstudies.frozen import triggers
from radapp.readerstudies.keeping import archive
from radapp.readerstudies.keeping.archive import ArchiveRefusedError
from radapp.readerstudies.keeping.keys import public_of
from radapp.readerstudies.keeping.restoring import restore
from radapp.readerstudies.models import Answer, Case, ChainEntry, Membership, ReaderStudy, Reading, SignedHead
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench
from tests.radapp.readerstudies.keeping import kept

pytestmark = pytest.mark.django_db
Files = dict[str, bytes]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The zip of a finished study, and nothing else of it in the database; the installation has another key and no heads."""
    study = kept.finished()
    Reading.objects.bulk_create(
        Reading(assignment=answer.assignment, state="locked", stage="only", opened_at=kept.NOW, locked_at=kept.NOW)
        for answer in Answer.objects.all()
    )
    return moved(study, tmp_path / "study.zip")


def moved(study: ReaderStudy, path: Path) -> Path:
    """Export it and empty the database, as if this were another machine."""
    call_command("export_reader_study", study.key, str(path), stdout=io.StringIO())
    emptied()
    return path


def emptied() -> None:
    from django.conf import settings

    triggers().before_migrate(using="default")
    with connection.cursor() as cursor:
        for model in apps.get_app_config("readerstudies").get_models():
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    shutil.rmtree(settings.AUDIT_HEADS_DIR)
    Path(settings.AUDIT_KEY_FILE).unlink()


def verified(*args: str) -> None:
    """verify_audit finds nothing."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *args, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())


def files_of(path: Path) -> Files:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_out_and_in_and_out_again(exported: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    people = User.objects.count()
    call_command("import_reader_study", str(exported), stdout=out)
    assert "whole" in out.getvalue()
    study = ReaderStudy.objects.get()
    assert (study.imported, study.state, study.created_by, User.objects.count()) == (True, "unblinded", None, people)
    assert not Membership.objects.exclude(user=None).exists()
    assert list(Membership.objects.filter(part="reader").values_list("name", flat=True)) == ["rea", "Junior"]
    assert Reading.objects.filter(state="locked").count() == Answer.objects.count() == 6
    verified()
    again = tmp_path / "again.zip"
    call_command("export_reader_study", study.key, str(again), stdout=io.StringIO())
    before, after = files_of(exported), files_of(again)
    assert set(before) == set(after) == archive.LISTED | {archive.MANIFEST, archive.SIGNATURE}
    grown = {archive.CHAIN, archive.HEADS, archive.MANIFEST, archive.SIGNATURE}
    assert {name for name in before if before[name] != after[name]} == grown
    assert after[archive.CHAIN].startswith(before[archive.CHAIN])
    assert after[archive.HEADS].startswith(before[archive.HEADS])
    told = [json.loads(line)["action"] for line in after[archive.CHAIN][len(before[archive.CHAIN]) :].splitlines()]
    assert told == ["study_imported", "head_signed", "study_exported", "head_signed"]


def test_every_row_comes_back_as_it_was(tmp_path: Path) -> None:
    study = kept.finished()
    before = {name_of(row): content(row) for row in rows_of(study)}
    assert {type(row) for row in rows_of(study)} == {bound.model for bound in BOUND}
    restored = restore(moved(study, tmp_path / "study.zip")).study
    after = {name_of(row): content(row) for row in rows_of(restored)}
    assert after == before
    assert restored.key == study.key
    assert restored.salt != study.salt, "pseudonyms of the other installation cannot be made here"


@pytest.mark.once
def test_the_newcomer_is_told_and_tampering_afterwards_is_found(exported: Path) -> None:
    ada = scene.person("newcomer", is_investigator=True)
    call_command("import_reader_study", str(exported), "--investigator", "newcomer", stdout=io.StringIO())
    assert Membership.objects.get(user=ada).part == "investigator"
    verified()
    kept.as_owner("UPDATE readerstudies_code SET remark = 'later'")
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=io.StringIO())


def test_examinations_that_are_here_can_be_linked(tmp_path: Path) -> None:
    study = kept.finished("Examined", cases=2, examined=True)
    path = moved(study, tmp_path / "study.zip")
    assert not Case.objects.filter(study=restore(path).study).exclude(examination=None).exists()
    verified()
    emptied()
    linked = restore(path, link_examinations=True).study
    assert [case.examination is not None for case in linked.cases.all()] == [True, True]
    verified()


def test_a_study_that_is_here_already_is_refused(exported: Path) -> None:
    restore(exported)
    with pytest.raises(ArchiveRefusedError, match="here already"):
        restore(exported)
    assert ReaderStudy.objects.count() == 1


def rewritten(path: Path, change: Callable[[Files], None], *, manifest: bool = True, sign: bool = True) -> Path:
    """The zip with other files; `manifest`: that lists them rightly; `sign`: under a forger's own key."""
    files, changed = files_of(path), path.with_name("changed.zip")
    change(files)
    said = json.loads(files[archive.MANIFEST])
    if manifest:
        said["files"] = {
            name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
            for name, body in files.items()
            if name in archive.LISTED
        }
        files[archive.MANIFEST] = json.dumps(said).encode()
    if sign:
        key = Ed25519PrivateKey.generate()
        signature = {"public_key": public_of(key), "signature": key.sign(canonical(said)).hex()}
        files[archive.SIGNATURE] = json.dumps(signature).encode()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, body in files.items():
            pack.writestr(name, body)
    return changed


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def added(name: str, body: bytes = b"x") -> Callable[[Files], None]:
    return lambda files: files.update({name: body})


def renamed(files: Files) -> None:
    """The study under another key."""
    said = json.loads(files["readerstudy.jsonl"])
    files["readerstudy.jsonl"] = canonical({**said, "key": said["key"][::-1]}) + b"\n"


FORGERIES = {
    "an answer": (replaced("answer.jsonl", b'"likelihood":31', b'"likelihood":99'), "row_changed: answer"),
    "an answer left out": (lambda files: files.update({"answer.jsonl": b""}), "do not make a study"),
    "an entry": (replaced(archive.CHAIN, b'"reason":""', b'"reason":"x"'), "digest: entry"),
    "the tail": (
        lambda files: files.update({archive.CHAIN: b"\n".join(files[archive.CHAIN].splitlines()[:-3]) + b"\n"}),
        "tail: head",
    ),
    "a head": (replaced(archive.HEADS, b'"occasion":"lock"', b'"occasion":"open"'), "signature: head"),
    "no heads": (lambda files: files.update({archive.HEADS: b""}), "head_missing"),
    "the state": (replaced("readerstudy.jsonl", b'"state":"unblinded"', b'"state":"open"'), "a_final_study_is_locked"),
    "an unknown column": (replaced("case.jsonl", b'"cohort"', b'"colour"'), "columns that this version does not know"),
    "a link to an account": (replaced("answer.jsonl", b'"reason"', b'"submitted_by_id"'), "does not know"),
    "another key": (renamed, "another study than the manifest names"),
    "no JSON": (lambda files: files.update({"case.jsonl": b"{\n"}), "case.jsonl, line 1: found no JSON"),
    "a list": (lambda files: files.update({"case.jsonl": b"[]\n"}), "found list, expected an object"),
    "a date": (replaced("answer.jsonl", b'"submitted_at":"2026', b'"submitted_at":"x'), "do not make a study"),
}


def test_a_forged_archive_is_refused_and_leaves_nothing(exported: Path) -> None:
    """Whatever the forger's manifest and signature say: the chain and the heads inside do not agree."""
    for name, (change, words) in FORGERIES.items():
        with pytest.raises(ArchiveRefusedError) as refused:
            restore(rewritten(exported, change))
        assert re.search(words, str(refused.value)), f"{name}: {refused.value}"
        assert not ReaderStudy.objects.exists(), name
        assert not ChainEntry.objects.exists(), name
        assert not SignedHead.objects.exists(), name
    restore(exported)


DAMAGES = {
    "a changed file": (
        replaced("case.jsonl", b'"cohort":""', b'"cohort":"x"'),
        {"manifest": False, "sign": False},
        "SHA-256",
    ),
    "a changed manifest": (
        replaced(archive.MANIFEST, b'"Kept"', b'"Lost"'),
        {"manifest": False, "sign": False},
        "signature",
    ),
    "another version": (
        replaced(archive.MANIFEST, b'"version": 1', b'"version": 2'),
        {"manifest": False},
        "version 2, expected",
    ),
    "another format": (added(archive.MANIFEST, b"{}"), {"manifest": False}, "says something else"),
    "a file too many": (added("notes.txt"), {}, "do not belong in it"),
    "a path": (added("../../etc/cron.d/x"), {}, "do not belong in it"),
    "a folder": (added("case/"), {}, "do not belong in it"),
    "a file too few": (lambda files: files.pop("code.jsonl"), {}, "some missing"),
    "a bomb": (added(archive.README, b"\0" * (5 * 1024 * 1024)), {}, "bytes unpacked"),
}


@pytest.mark.once
def test_a_damaged_or_foreign_zip_is_refused(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (change, how, words) in DAMAGES.items():
        if name == "a bomb":
            smaller = type("Smaller", (), {"FILE": _Bytes(4 << 20), "TOTAL": _Bytes(6 << 20), "SMALL": _Bytes(1 << 20)})
            monkeypatch.setattr("radapp.readerstudies.keeping.unpacking.Limit", smaller)
        with pytest.raises(ArchiveRefusedError) as refused:
            restore(rewritten(exported, change, **how))  # type: ignore[arg-type]
        assert words in str(refused.value), f"{name}: {refused.value}"


class _Bytes(int):
    """A limit as the enumeration has it."""

    @property
    def value(self) -> int:
        return int(self)


@pytest.mark.once
@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 cut off", b"no zip at all" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(body)
    with pytest.raises(CommandError, match="no zip that can be read"):
        call_command("import_reader_study", str(path))
    with pytest.raises(CommandError, match="no file that can be read"):
        call_command("import_reader_study", str(tmp_path / "absent.zip"))


@pytest.mark.once
def test_the_address_gives_the_zip_to_investigators_and_administrators_once_unblinded() -> None:
    study = kept.finished()
    scene.member(study, User.objects.get(username="ada"), "investigator")
    open_one = bench.draft(title="Drafted")
    for username, status in (("ada", 200), ("root", 200), ("rea", 403), ("cody", 403), ("outside", 404)):
        user = scene.person(username, is_administrator=username == "root", is_investigator=username in {"ada", "outside"})
        response = bench.client(user).get(f"/api/reader-studies/{study.key}/archive/")
        assert response.status_code == status, username
        if status == 200:
            body = b"".join(response.streaming_content)
            with zipfile.ZipFile(io.BytesIO(body)) as pack:
                assert set(pack.namelist()) >= archive.LISTED
            assert response["Cache-Control"] == "no-store"
    response = bench.client(bench.investigator()).get(f"/api/reader-studies/{open_one.key}/archive/")
    assert (response.status_code, response.json()["code"]) == (409, "not_unblinded")


@pytest.mark.once
def test_the_command_writes_no_half_file(tmp_path: Path) -> None:
    draft = bench.draft()
    for args, words in (
        ((draft.key, str(tmp_path / "a.zip")), "can be archived once it is unblinded"),
        (("none", str(tmp_path / "a.zip")), "no reader study 'none'"),
        ((draft.key, str(tmp_path)), "expected a new file"),
        ((draft.key, str(tmp_path / "no" / "a.zip")), "a folder that exists"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("export_reader_study", *args)
    assert not list(tmp_path.glob("*.zip*"))
