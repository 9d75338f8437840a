"""What triage does when the archive announces something."""


def connect() -> None:
    """Connect to the archive's signals."""
