from typing import Any, BinaryIO

from radapp.accounts.models import User
from radapp.archive.models import Intake
from radapp.archive.outcomes import IntakeReport


class Ingest:
    def __init__(self, source: str, user: User | None = None, intake: Intake | None = None) -> None:
        self.report = IntakeReport()

    def __enter__(self) -> "Ingest":
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def add_stream(self, file: BinaryIO, name: str) -> None:
        raise NotImplementedError
