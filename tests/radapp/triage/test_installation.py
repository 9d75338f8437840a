"""Installing bundles and protocols; what a run used never changes."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ml.protocol import bundle_hashes
from radapp.accounts.models import AuditEntry, User
from radapp.triage import frozen, installation, outcome, services
from radapp.triage.models import InstalledBundle, Protocol, ProtocolFrozen, Result, Run, ScopeAnswer, State, StudyTriage
from radapp.triage.scope import KEYS
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small untrained networks and a protocol."""
    import torch

    from ml.architecture import DenseNetSpec
    from ml.bundle import Manifest, write_bundle
    from ml.networks import build_network
    from ml.preprocessing import Preprocessing
    from ml.series import Role

    spec = DenseNetSpec(init_features=4, growth_rate=2, block_config=(1, 1, 1, 1), plane_strides=(2, 2, 2, 1, 1))
    root = tmp_path_factory.mktemp("installation")
    for seed, role in enumerate((Role.T1WI, Role.T2WI, Role.T1WIC)):
        torch.manual_seed(seed)
        manifest = Manifest(
            name=f"small {role}",
            role=role,
            network=spec,
            preprocessing=Preprocessing(),
            cutoff=0.5,
            heatmap_reference=1.0,
            fat_saturated=False,
            synthetic=True,
            label="demonstration, synthetic data",
        )
        write_bundle(root / role, build_network(spec), manifest)
    _describe(root)
    return root


def _describe(root: Path, **changes: object) -> None:
    values = {
        "name": "small",
        "weights": {"T1WI": 0.5, "T2WI": 0.5},
        "cutoffs": {"first": 0.6, "second": 0.3, "T1WIC": 0.5},
        "calibration": {"of": "nobody"},
        "bundles": bundle_hashes(root),
    }
    (root / "protocol.json").write_text(json.dumps(values | changes))


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def _install(root: Path, *words: str) -> str:
    out = StringIO()
    call_command("install_bundles", str(root), *words, stdout=out)
    return out.getvalue()


def test_the_first_protocol_is_active_and_audited(folder: Path) -> None:
    assert "protocol small 1: installed, active" in _install(folder)
    protocol = Protocol.objects.get()
    assert (protocol.active, protocol.synthetic, protocol.first_cutoff, protocol.t1wic_cutoff) == (True, True, 0.6, 0.5)
    assert [bundle.role for bundle in (protocol.t1wi, protocol.t2wi, protocol.t1wic)] == ["T1WI", "T2WI", "T1WIC"]
    assert AuditEntry.objects.filter(action="bundle_installed").count() == 3
    assert AuditEntry.objects.get(action="protocol_activated").target == "protocol small 1"


def test_the_same_again_is_found_and_moved_folders_are_followed(folder: Path, copy: Path) -> None:
    _install(folder)
    assert "already installed" in _install(copy)
    assert (Protocol.objects.count(), InstalledBundle.objects.count()) == (1, 3)
    assert {bundle.path for bundle in InstalledBundle.objects.all()} == {str(copy / r) for r in ("T1WI", "T2WI", "T1WIC")}


def test_other_figures_are_the_next_version_and_active_on_demand(folder: Path, copy: Path) -> None:
    _install(folder)
    _describe(copy, cutoffs={"first": 0.7, "second": 0.3, "T1WIC": 0.5})
    assert "protocol small 2: installed, not active" in _install(copy)
    assert "active" in _install(copy, "--activate")
    assert Protocol.objects.get(active=True).version == 2


def test_studies_that_waited_for_a_protocol_are_weighed(folder: Path) -> None:
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    assert "1 studies that waited" in _install(folder)
    assert StudyTriage.objects.get(study=study).state == State.QUEUED


def _swapped(root: Path) -> None:
    (root / "T1WI").rename(root / "x")
    (root / "T2WI").rename(root / "T1WI")
    (root / "x").rename(root / "T2WI")


def _flipped(root: Path) -> None:
    path = root / "T1WIC" / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))


def _another_t2wi(root: Path) -> dict[str, str]:
    return {**bundle_hashes(root), "T2WI": "0123456789abcdef" * 4}


KEPT = {
    "second": {"target_sensitivity": 0.9},
    "cases": [[0.1, 0], [0.4, 0], [0.5, 1], [0.8, 1]],
    "t1wic": [0.2, 0.3, 0.7, 0.9],
}
"""Cutoffs that follow from these cases are 0.5, 0.5 and 0.7."""

SPOILT: list[tuple[Callable[[Path], object], str]] = [
    (lambda root: shutil.rmtree(root / "T2WI"), "is no bundle"),
    (_flipped, "SHA-256"),
    (_swapped, "expected one for T1WI"),
    (lambda root: (root / "protocol.json").unlink(), "cannot be read"),
    (lambda root: (root / "protocol.json").write_text("{"), "cannot be read"),
    (lambda root: _describe(root, weights={"T1WI": 0.5, "T2WI": 0.6}), "do not add up"),
    (lambda root: _describe(root, cutoffs={"first": 0.2, "second": 0.3, "T1WIC": 0.5}), "cannot be read"),
    (lambda root: _describe(root, cutoffs={"first": 0.2}), "cannot be read"),
    (lambda root: _describe(root, bundles={"T1WI": "a"}), "expected one each"),
    (
        lambda root: _describe(root, bundles=_another_t2wi(root)),
        "not calibrated together.*T2WI is .*calibrated was 0123456789ab",
    ),
    (lambda root: _describe(root, calibration=KEPT), "states .*calibration cases that it keeps give"),
]


@pytest.mark.once
@pytest.mark.parametrize(("spoil", "words"), SPOILT)
def test_what_is_wrong_is_named_and_leaves_nothing(copy: Path, spoil: Callable[[Path], object], words: str) -> None:
    spoil(copy)
    with pytest.raises(CommandError, match=words):
        _install(copy)
    assert not InstalledBundle.objects.exists()
    assert not Protocol.objects.exists()


def test_kept_cases_that_give_the_stated_cutoffs_are_accepted(copy: Path) -> None:
    _describe(copy, calibration=KEPT, cutoffs={"first": 0.5, "second": 0.5, "T1WIC": 0.7})
    assert "installed, active" in _install(copy)


def test_a_protocol_that_names_no_bundles_gives_tiers_but_no_advice(copy: Path) -> None:
    """As one of an older release does."""
    _describe(copy, bundles={})
    assert "needs calibration: nothing shows that these cutoffs" in _install(copy)
    protocol = Protocol.objects.get()
    assert (protocol.active, protocol.calibrated_on) == (True, "")
    found = _outcome(protocol)
    assert (found.finding.tier, found.advice.given) == ("negative", False)  # type: ignore[union-attr]
    assert found.advice.reason.startswith("Protocol small 1 needs calibration")
    # Named later, it is another version, since what a run used never changes; and it takes the place of the same without.
    _describe(copy)
    said = _install(copy)
    assert "protocol small 2: installed, active" in said
    assert "needs calibration" not in said
    assert _outcome(Protocol.objects.get(version=2)).advice.given


def _outcome(protocol: Protocol) -> outcome.Outcome:
    """The outcome of a study below both cutoffs, all scope questions answered with no."""
    study = given.study()
    person = User.objects.get_or_create(username="reader")[0]
    for key in KEYS:
        ScopeAnswer.objects.create(study=study, question=key, answer=False, answered_by=person)
    run = Run.objects.create(study=study, protocol=protocol, fingerprint="f", inputs={}, state="done")
    result = Result.objects.create(
        run=run, score_t1wi=0.1, score_t2wi=0.2, score_t1_t2=0.15, tier="negative", series=[], bundles={}, synthetic=True
    )
    StudyTriage.objects.create(study=study, state=State.DONE, run=run, result=result, tier="negative", score=0.15)
    return outcome.of_study(study)


@pytest.mark.once
@pytest.mark.parametrize(("name", "first", "second"), [("paper-internal", 0.49, 0.197), ("paper-external", 0.46, 0.282)])
def test_the_papers_cutoffs_install_and_need_calibration(folder: Path, name: str, first: float, second: float) -> None:
    assert "needs calibration" in _install(folder, "--preset", name)
    protocol = Protocol.objects.get(name=name)
    assert (protocol.first_cutoff, protocol.second_cutoff, protocol.t1wic_cutoff) == (first, second, 0.5)
    assert "belong to weights" in protocol.calibration["warning"]
    assert not _outcome(protocol).advice.given


@pytest.mark.once
@pytest.mark.parametrize(("recurrences", "others", "given_"), [(30, 30, True), (29, 40, False), (40, 29, False)])
def test_cutoffs_from_a_handful_of_patients_carry_no_advice(recurrences: int, others: int, given_: bool) -> None:
    counts = {"recurrences": recurrences, "examinations": recurrences + others}
    protocol = given.protocol(calibrated_on="T1WI-test T2WI-test T1WIC-test", calibration=counts)
    found = _outcome(protocol)
    assert found.advice.given == given_
    assert given_ or f"{recurrences} examinations with recurrence and {others} without" in found.advice.reason


def test_the_shipped_set_is_calibrated() -> None:
    installed = installation.install(installation.SHIPPED)
    assert installed.protocol.calibrated_on == " ".join(bundle.sha256 for bundle in installed.bundles)


def test_the_database_refuses_a_calibration_on_other_bundles() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        given.protocol(calibrated_on="T1WI-test T2WI-test T1WIC-other")
    assert given.protocol(calibrated_on="T1WI-test T2WI-test T1WIC-test").pk


def test_a_used_protocol_is_frozen() -> None:
    protocol = given.protocol()
    protocol.first_cutoff = 0.61
    protocol.save()
    Run.objects.create(study=given.study(), protocol=protocol, fingerprint="f", inputs={})
    protocol.first_cutoff = 0.62
    with pytest.raises(ProtocolFrozen, match="first_cutoff"):
        protocol.save()
    protocol.refresh_from_db()
    protocol.active = False
    protocol.save()
    assert (Protocol.objects.get().first_cutoff, Protocol.objects.get().active) == (0.61, False)


def test_the_database_refuses_to_change_a_used_protocol_or_a_result() -> None:
    """Whatever writes: a bulk update and plain SQL pass no `save`."""
    unused, protocol = given.protocol(name="unused", active=False), given.protocol()
    study = given.study()
    given.series(study, "T1WI")
    given.series(study, "T2WI")
    services.consider(study.study_instance_uid)
    given.finished(study, given.findings(0.9, 0.9))
    assert Protocol.objects.filter(pk=unused.pk).update(first_cutoff=0.7) == 1
    assert Protocol.objects.filter(pk=protocol.pk).update(active=False) == 1
    for changed in ({"first_cutoff": 0.7}, {"calibration": {"cases": []}}, {"active": True, "weight_t1wi": 1.0}):
        with pytest.raises(IntegrityError, match="make a new version"), transaction.atomic():
            Protocol.objects.filter(pk=protocol.pk).update(**changed)
    for changed in ({"tier": "negative"}, {"score_t1wic": 0.1}, {"bundles": {}}):
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            Result.objects.update(**changed)
    assert Result.objects.update(heatmaps_at=timezone.now()) == 1
    assert Result.objects.get().tier == "positive"


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_still_alter_a_table_that_a_trigger_names() -> None:
    """SQLite rebuilds the table, and refuses that while a trigger of another table names it."""
    old = Run._meta.get_field("worker")
    new = old.clone()
    new.set_attributes_from_name("worker")
    new.model = Run
    new.max_length = 201
    frozen.TRIGGERS.before_migrate("default")
    try:
        for before, after in ((old, new), (new, old)):
            with connection.schema_editor() as editor:
                editor.alter_field(Run, before, after, strict=True)
    finally:
        frozen.TRIGGERS.after_migrate("default")


def test_the_database_refuses_two_active_protocols_and_cutoffs_out_of_order() -> None:
    given.protocol()
    for wrong in ({"name": "other"}, {"name": "third", "active": False, "first_cutoff": 0.1, "second_cutoff": 0.2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            given.protocol(**wrong)  # type: ignore[arg-type]
