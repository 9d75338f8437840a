"""The raw table of clinical use: one row an examination. No Django."""

from radapp.reports.files.tables import Table
from radapp.reports.inputs.clinical import ClinicalInputs

SCORES = {"T1WI": "score_t1wi", "T2WI": "score_t2wi", "T1_T2": "score_t1_t2", "T1WIC": "score_t1wic"}
FACTS = ("case", "patient", "month", "elapsed", "protocol", "tier", "guarded", "advised", "withheld", "decided")
REST = ("decided_contrast", "contrast", "truth", "basis", "established_after")
OWN = {
    "case": "number of the examination, by its day",
    "patient": "number of the patient, in the order in which patients come",
    "month": "calendar months since the first examination's; empty: day unknown",
    "elapsed": "whole months from the examination to the day of gathering",
    "protocol": "name and version of the protocol of the result that stands",
    **{column: f"of {network}" for network, column in SCORES.items()},
    "guarded": "yes where the result says why advice is withheld",
    "advised": "contrast, no contrast or withheld; as it was when somebody decided",
    "withheld": "why advice was withheld",
    "decided": "confirmed, overridden, or nobody decided",
    "decided_contrast": "yes where the decision was for contrast; empty: nobody decided",
    "contrast": "given: an enhanced series is in the archive; not given: none is, and a person decided so; unknown",
    "truth": "yes with recurrence, no without; empty: not established",
    "basis": "what established the truth",
    "established_after": "whole months from the examination to its truth; empty: not known",
}


def uses(inputs: ClinicalInputs) -> Table:
    """By number."""
    return Table(
        "examinations",
        (*FACTS, *SCORES.values(), *REST),
        tuple(
            {
                **{name: getattr(row, name) for name in (*FACTS, *REST)},
                **{column: row.scores.get(network) for network, column in SCORES.items()},
            }
            for row in inputs.cases
        ),
        OWN,
    )
