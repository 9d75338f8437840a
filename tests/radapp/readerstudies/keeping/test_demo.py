"""The demonstration's study: through every service, whole, labelled, repeatable; and a latent model that keeps its word."""

import io
import random
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ml.evaluation.roc import auc
from radapp.archive.models import Study
from radapp.readerstudies.demo.opinions import JUNIOR, SENIOR, Shown, answers, category
from radapp.readerstudies.form import check
from radapp.readerstudies.form_questions import PAPER_FORM
from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import Answer, CodingItem, Membership, ReaderStudy, Reading
from radapp.readerstudies.reference.status import statuses
from radapp.triage.models import Truth
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.desk import bench


def cohort(count: int) -> None:
    """Synthetic examinations with images and truths; the last one lacks T1WIC."""
    kinds = ("focal mucosal", "none", "necrotic", "nodal only", "skull base", "none", "submucosal", "none", "advanced")
    for number in range(1, count + 1):
        made = scene.examination(number, roles=("T1WI", "T2WI") if number == count else ("T1WI", "T2WI", "T1WIC"))
        truth = number % 2 == 1
        Truth.objects.create(study=made, label=truth, kind=kinds[(number - 1) % len(kinds)], origin="file phantom")
    Study.objects.update(synthetic=True)


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("demo_reader_study", *args, stdout=out)
    return out.getvalue()


@pytest.mark.once
@pytest.mark.django_db
def test_the_demonstrations_study_is_whole_coded_and_labelled(settings: Any) -> None:
    bench.person("investigator", "investigator")
    cohort(9)
    said = run("--cases", "8", "--seed", "3")
    study = ReaderStudy.objects.get()
    assert (study.state, study.synthetic, study.imported, study.seed) == ("unblinded", True, False, 3)
    assert study.cases.count() == 8
    assert all(status.settled for status in statuses(study).values())
    readers = study.members.filter(part=Membership.Part.READER)
    assert [(one.seniority, one.simulated) for one in readers] == [("senior", True), ("junior", True)]
    assert not any(one.user and one.user.has_usable_password() is False for one in readers), "nobody knows their passwords"
    assert Answer.objects.count() == 2 * (8 + 2), "8 cases and 2 hidden repeats"
    assert set(Reading.objects.values_list("state", flat=True)) == {"locked"}
    for item in CodingItem.objects.all():
        codes = {code.primary for code in item.codes.all()}
        assert item.codes.count() == 2
        assert hasattr(item, "adjudication") == (len(codes) == 2)
        assert hasattr(item, "proposal")
    verdict = verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own_public_key() or ""}))
    assert verdict.findings == []
    assert verdict.heads == 3, "signed when opened, locked and unblinded"
    assert "Simulated senior reader" in said
    assert "is here already" in run()
    assert ReaderStudy.objects.count() == 1


@pytest.mark.once
@pytest.mark.django_db
def test_too_little_to_make_a_study_of_is_said_and_leaves_nothing() -> None:
    with pytest.raises(CommandError, match="no active investigator 'investigator'"):
        run()
    bench.person("investigator", "investigator")
    cohort(2)
    with pytest.raises(CommandError, match="found 1 examinations with and 0 without"):
        run()
    assert not ReaderStudy.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("skill", [SENIOR, JUNIOR])
def test_simulated_readers_see_as_well_as_they_are_said_to(skill: Any) -> None:
    """Area under the curve Φ(d/√2); and every form is complete and free of contradiction."""
    dice = random.Random(5)
    likelihoods, truths = [], []
    for number in range(4000):
        shown = Shown(number, number % 2 == 0, (10.0, 0.0, 5.0), ("skull_base",))
        said = answers(shown, skill, dice)
        if number < 200:
            checked = check(PAPER_FORM, said, complete=True)
            assert not checked.problems
            assert not checked.contradictions
        likelihoods.append(said["likelihood"])
        truths.append(shown.recurrence)
    found = auc(np.array(likelihoods), np.array(truths)).value
    assert found == pytest.approx(NormalDist().cdf(skill.separation / 2**0.5), abs=0.02)


@pytest.mark.once
def test_the_same_seed_simulates_the_same_reader_and_codes() -> None:
    shown = Shown(1, True, (0.0, 0.0, 0.0), ())
    assert answers(shown, JUNIOR, random.Random(1)) == answers(shown, JUNIOR, random.Random(1))
    assert answers(shown, JUNIOR, random.Random(1)) != answers(shown, JUNIOR, random.Random(2))
    said = {category("false_negative", "rT1", ["nasal_cavity"], random.Random(seed)) for seed in range(30)}
    assert said == {"atypical_site", "low_confidence"}
