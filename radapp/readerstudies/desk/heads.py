"""The signed head of the chain at an act."""

from importlib import import_module
from importlib.util import find_spec

from radapp.readerstudies.models import ReaderStudy

KEEPING = "radapp.readerstudies.keeping.heads"


def sign(study: ReaderStudy, occasion: str) -> None:
    """Sign it with the key outside the database, and write it out."""
    if find_spec(KEEPING) is not None:
        import_module(KEEPING).sign_head(study, occasion)
