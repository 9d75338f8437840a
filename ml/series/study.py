"""Which series of one study the application would take for each role: recognised and chosen by the same rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pydicom

from ml.series.choice import Candidate, choose
from ml.series.facts import read_facts
from ml.series.recognition import Recognition, recognise
from ml.series.role import Role


def choose_by_headers(headers: Mapping[str, Sequence[pydicom.Dataset]]) -> dict[Role, Recognition]:
    """By role the best of one study's series, `uid` being its key in `headers`; a role without a series is absent."""
    facts = [replace(read_facts(found), uid=uid) for uid, found in headers.items()]
    recognised = recognise(facts)
    chosen = choose(
        Candidate(
            uid=one.uid,
            role=one.role,
            plane=one.plane,
            acquisition=one.acquisition,
            preference=one.preference,
            fat_saturated=one.fat_saturated,
            slices=its.instances,
            number=its.number,
        )
        for one, its in zip(recognised, facts, strict=True)
    )
    by_uid = {one.uid: one for one in recognised}
    return {role: by_uid[uid] for role, uid in chosen.items()}
