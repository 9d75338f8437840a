"""Files that a browser sends, in batches of one intake."""

from collections.abc import Sequence
from typing import IO, cast

from django.core.files.uploadedfile import UploadedFile

from radapp.accounts.models import User
from radapp.archive.errors import StorageFull
from radapp.archive.ingest import Ingest
from radapp.archive.models import Intake
from radapp.archive.outcomes import IntakeReport


def take_in_batch(*, intake: Intake, files: Sequence[UploadedFile], paths: Sequence[str], user: User) -> IntakeReport:
    """Take in one batch. `paths` names the files in the report, folders included, where the browser sent them.

    Raises StorageFull when the disk is full; what was stored before stays and is in the intake's report.
    """
    names = paths if len(paths) == len(files) else [str(file.name) for file in files]
    with Ingest(intake.source, user=user, intake=intake) as ingest:
        for file, name in zip(files, names, strict=True):
            ingest.add_stream(cast(IO[bytes], file.file), name or str(file.name))
    if ingest.report.storage_full:
        raise StorageFull
    return ingest.report
