"""Names by groups, computed by the database, and the indexes that searches in a large archive hang on."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from radapp.archive.models import Study
from radapp.dicomweb.attributes import BY_NAME, Level
from radapp.dicomweb.matching import Search, narrow

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "ideographic", "phonetic"),
    [
        ("", "", ""),
        ("Li^Wei", "", ""),
        ("Li^Wei=李^伟", "李^伟", ""),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田^太郎", "やまだ^たろう"),
        ("=李^伟", "李^伟", ""),
        ("Li^Wei==x", "", "x"),
        ("Li^Wei=", "", ""),
        ("A=B=C=D", "B", "C"),
    ],
)
def test_the_database_cuts_a_name_into_its_groups(name: str, ideographic: str, phonetic: str) -> None:
    Study.objects.create(study_instance_uid="1.2", patient_name=name, source="import")
    assert Study.objects.values_list("ideographic_name", "phonetic_name").get() == (ideographic, phonetic)
    Study.objects.update(patient_name="Other=另")
    assert Study.objects.get().ideographic_name == "另"


@pytest.fixture
def many() -> None:
    """Enough studies that no database would rather read them all, and what it knows of them."""
    Study.objects.bulk_create(
        Study(
            study_instance_uid=f"1.2.{number}",
            patient_name=f"N{number:05d}^X=李{number}^伟",
            patient_id=f"P{number}",
            accession_number=f"A{number}",
            study_date=date(2000, 1, 1) + timedelta(days=number),
            source="import",
        )
        for number in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(found: QuerySet[Study]) -> str:
    """How the database would go about it."""
    return found.explain()


NAMES = ("studies_by_name", "studies_by_ideographic_name", "studies_by_phonetic_name")
LOOKED_UP = [
    ("PatientName", "n0010*", NAMES),
    ("PatientName", "n00100^x", NAMES),
    ("PatientID", "P7", ("patient_id",)),
    ("AccessionNumber", "A7", ("accession_number",)),
    ("StudyDate", "20100101-20100131", ("study_date",)),
]


@pytest.mark.usefixtures("many")
def test_what_is_asked_most_is_looked_up() -> None:
    shown = Study.objects.filter(images_deleted_at__isnull=True)
    for keyword, value, indexes in LOOKED_UP:
        found = narrow(shown, Level.STUDY, Search(conditions=[(BY_NAME[keyword], value)]))
        seen = plan(found.order_by().values_list("received_at", "pk")[:2001])
        assert all(name in seen for name in indexes), (keyword, value, seen)


@pytest.mark.usefixtures("many")
def test_the_latest_are_read_in_order() -> None:
    latest = Study.objects.filter(images_deleted_at__isnull=True).order_by("-received_at", "-id")[:101]
    assert "studies_shown" in plan(latest)
    assert "SORT" not in plan(latest).upper()
    assert "B-TREE" not in plan(latest).upper()


@pytest.mark.usefixtures("many")
def test_a_part_of_a_word_is_looked_up() -> None:
    """On PostgreSQL, whose new entries wait in a list that is read through until they are merged: so a small table is rather
    read as it is. SQLite has no such index: it reads every row.
    """
    postgresql = connection.vendor == "postgresql"
    if postgresql:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    found = narrow(Study.objects.all(), Level.STUDY, Search(conditions=[(BY_NAME["PatientName"], "*0100*")]))
    seen = plan(found.order_by().values_list("received_at", "pk")[:2001])
    assert ("studies_by_trigrams" in seen) is postgresql, seen
    assert postgresql or "SCAN" in seen, seen
