"""Index rows of an archive of any size, without images: what searches and the worklist ask the database for.

    python -m benchmarks.rows --studies 1000000       # into the empty, migrated database of DATABASE_URL and VAR_DIR

The first `ASKED` examinations are the same in archives of any size, spread evenly over the order of reception; the others
fit none of the questions that are asked about them, so that a question has as many answers in a large archive as in a
small one.
"""

import argparse
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.names import FAMILY, GIVEN

ASKED = 10_000
ROOT = "1.2.826.0.1.3680043.10.1337.3000"
OTHERS = [
    f"{first}{second}{last}"
    for first in ("Mo", "Ri", "Su", "Ta", "Wu", "Ye")
    for second in "bdkmnrstvz"
    for last in ("a", "eda", "elli", "in", "ito", "oka", "ova", "u")
]
"""Family names that share no beginning with those that are asked for."""
BEGAN = datetime(2015, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class StudyRow:
    """What the index knows of one examination, of one series of one image. `asked`: one of the first ones."""

    uid: str
    patient_id: str
    name: str
    sex: str
    born: date
    day: date
    accession: str
    modality: str
    asked: bool


def asked_study(number: int) -> StudyRow:
    """Examination `number` of those that are asked about."""
    rng = random.Random(number)
    return StudyRow(
        f"{ROOT}.1.{100_000 + number}",
        f"SYN{number:06d}",
        f"{rng.choice(FAMILY)}^{rng.choice(GIVEN)}",
        rng.choice("MF"),
        date(rng.randint(1935, 1995), rng.randint(1, 12), 15),
        date(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28)),
        f"ACC{number:07d}",
        "MR" if rng.random() < 0.97 else "CT",
        asked=True,
    )


def _other_study(number: int) -> StudyRow:
    rng = random.Random(-number)
    return StudyRow(
        f"{ROOT}.2.{100_000 + number}",
        f"OTH{number:08d}",
        f"{rng.choice(OTHERS)}^{rng.choice(GIVEN)}",
        rng.choice("MF"),
        date(rng.randint(1935, 1995), rng.randint(1, 12), 15),
        date(rng.randint(2000, 2014), rng.randint(1, 12), rng.randint(1, 28)),
        f"OAC{number:08d}",
        "MR",
        asked=False,
    )


def studies(count: int) -> Iterator[StudyRow]:
    """In the order of reception. Raises ValueError where `count` is no multiple of `ASKED`."""
    if count % ASKED:
        raise ValueError(f"the number of studies must be a multiple of {ASKED}")
    every = count // ASKED
    for number in range(count):
        yield _other_study(number) if number % every else asked_study(number // every)


_COLUMNS = (
    "study_instance_uid", "patient_id", "issuer_of_patient_id", "patient_name", "patient_sex", "patient_birth_date",
    "study_date", "study_time", "accession_number", "study_id", "study_description", "referring_physician_name", "source",
    "synthetic", "received_at",
)  # fmt: skip


def _values(row: StudyRow, received: datetime) -> tuple[Any, ...]:
    return (
        row.uid, row.patient_id, "", row.name, row.sex, row.born, row.day, "101500", row.accession, row.modality,
        "MR nasopharynx", "", "import", True, received,
    )  # fmt: skip


_SERIES = """
INSERT INTO archive_series (study_id, series_instance_uid, modality, series_number, series_description, series_date,
  series_time, body_part_examined, protocol_name, manufacturer, station_name, frame_of_reference_uid, performed_start_time,
  scheduled_step_id, requested_procedure_id, generated, received_at, recognised_role, evidence, plane, acquisition,
  preference)
SELECT id, study_instance_uid || '.{number}', study_id, {number}, '{role}', study_date, '101500', 'HEADNECK', '{role}',
  'SYNTH', '', study_instance_uid || '.9', '', '', '', FALSE, received_at, '{role}', 'made for a benchmark', 'axial', '2D', 1
FROM archive_study
"""
_INSTANCES = """
INSERT INTO archive_instance (series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, instance_number, rows,
  columns, number_of_frames, sha256, size, dataset_digest, pixel_digest, source, received_at, rejected)
SELECT id, series_instance_uid || '.1', '1.2.840.10008.5.1.4.1.1.4', '1.2.840.10008.1.2.1', 1, 256, 256, 1,
  series_instance_uid, 132000, '', '', 'import', received_at, FALSE
FROM archive_series
"""
_SCORE = "(id * 7919 % 10007) / 10007.0"
_TIER = f"CASE WHEN {_SCORE} >= 0.6 THEN 'positive' WHEN {_SCORE} >= 0.4 THEN 'suspicious' ELSE 'negative' END"
_RUNS = """
INSERT INTO triage_run (study_id, protocol_id, fingerprint, inputs, urgent, state, stage, percent, reason, remedy, attempts,
  worker, created_at, started_at, finished_at)
SELECT id, (SELECT MIN(id) FROM triage_protocol WHERE active), study_instance_uid, {empty}, FALSE,
  CASE WHEN id % 97 = 1 THEN 'failed' ELSE 'done' END, '', 100, '', '', 1, '', received_at, received_at, received_at
FROM archive_study WHERE id % 97 > 0
"""
_RESULTS = f"""
INSERT INTO triage_result (run_id, score_t1wi, score_t2wi, score_t1_t2, tier, series, bundles, preprocessing, guards, notes,
  synthetic, created_at, heatmaps_at)
SELECT id, {_SCORE}, {_SCORE}, {_SCORE}, {_TIER}, {{none}}, {{empty}}, {{empty}}, {{none}}, {{none}}, TRUE, created_at,
  created_at
FROM triage_run WHERE state = 'done'
"""
_STANDINGS = """
INSERT INTO triage_studytriage (study_id, state, reason, remedy, run_id, result_id, tier, score, considered_at, changed_at)
SELECT one.id, COALESCE(run.state, 'not_assessable'), CASE WHEN run.state = 'done' THEN '' ELSE 'A benchmark.' END,
  '', run.id, result.id, COALESCE(result.tier, ''), result.score_t1_t2, one.received_at, one.received_at
FROM archive_study one LEFT JOIN triage_run run ON run.study_id = one.id
  LEFT JOIN triage_result result ON result.run_id = run.id
"""


def fill(count: int, *, triaged: bool = False) -> None:
    """Write the rows into Django's empty database.

    `triaged`: with a second series, a run and a result of each, for the worklist; a protocol must be active.
    """
    from django.db import connection, transaction

    rows = (_values(row, BEGAN + number * STEP) for number, row in enumerate(studies(count)))
    postgresql = connection.vendor == "postgresql"
    statements = [_SERIES.format(number=1, role="T2WI")]
    if triaged:
        empty, none = ("'{}'::jsonb", "'[]'::jsonb") if postgresql else ("'{}'", "'[]'")
        statements.append(_SERIES.format(number=2, role="T1WI"))
        statements += [text.format(empty=empty, none=none) for text in (_RUNS, _RESULTS)]
        statements.append(_STANDINGS)
    with transaction.atomic(), connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET LOCAL session_replication_role = replica")  # foreign keys are right as they are made
            with cursor.copy(f"COPY archive_study ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO archive_study ({', '.join(_COLUMNS)}) VALUES ({marks})", list(rows))
        for statement in [*statements, _INSTANCES]:
            cursor.execute("ANALYZE")  # or the joins are planned for empty tables
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if postgresql else "ANALYZE")


def main() -> None:
    """Fill the database that the surroundings name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument("--studies", type=int, default=ASKED)
    parser.add_argument("--triaged", action="store_true", help="with runs and results, for the worklist")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")
    import django

    django.setup()
    fill(options.studies, triaged=options.triaged)


if __name__ == "__main__":
    main()
