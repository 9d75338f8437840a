"""The synthetic cohorts as training material, made case by case: `internal:60` or `external:60:77` (cohort, cases, seed)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ml.material.code import phantom_fingerprint
from ml.material.observing import acquired_of
from ml.material.problems import DataRefused, Problem
from ml.material.sources import FoundSeries, ReadSeries, Survey, TrainingCase
from ml.phantom.case import COHORTS, ROLES, Case, Cohort, cohort_seeds, generate_case
from ml.series.role import Role


@dataclass(frozen=True)
class PhantomSource:
    """`count` cases of a cohort from `seed`."""

    cohort: Cohort
    count: int
    seed: int = 8100

    @classmethod
    def parse(cls, text: str) -> "PhantomSource":
        """COHORT:CASES or COHORT:CASES:SEED; DataRefused otherwise."""
        parts = text.split(":")
        if len(parts) not in {2, 3} or parts[0] not in COHORTS or not all(part.isdigit() for part in parts[1:]):
            expected = f"Expected COHORT:CASES:SEED such as internal:60:8100, with a cohort out of {', '.join(COHORTS)}."
            raise DataRefused([Problem(None, None, f"The synthetic cohort is {text!r}", expected)])
        return cls("external" if parts[0] == "external" else "internal", *(int(part) for part in parts[1:]))

    @property
    def description(self) -> str:
        """Cohort, cases, seed, and twelve digits of the code that makes them: other code makes other cases."""
        return f"phantom, {self.cohort}, {self.count} cases, seed {self.seed}, code {phantom_fingerprint()[:12]}"

    def cases(self) -> Sequence[TrainingCase]:
        """Named by their seeds, which say everything about them."""
        return [TrainingCase(str(s), str(s), label, "phantom") for s, label in cohort_seeds(self.count, self.seed)]

    def survey(self, case: TrainingCase, roles: Sequence[Role]) -> Survey:
        """Always complete; the external hospitals saturate fat on T2WI and T1WIC."""
        saturated = {role: self.cohort == "external" and role is not Role.T1WI for role in ROLES}
        return Survey({role: FoundSeries((), saturated[role]) for role in roles}, synthetic=True)

    def read(self, case: TrainingCase, role: Role, series: FoundSeries) -> ReadSeries:
        """Made now; the last case is kept, since its other roles are asked next."""
        made = _generate(int(case.name), self.cohort, case.label)
        return ReadSeries(made.volumes[role], acquired_of(made, role))


@lru_cache(maxsize=1)
def _generate(seed: int, cohort: Cohort, label: int) -> Case:
    return generate_case(seed, cohort, label=label)
