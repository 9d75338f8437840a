"""What an object is written under: its series, itself, its series' number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """UIDs and the series number, chosen by whoever keeps them."""

    series_instance_uid: str
    sop_instance_uid: str
    series_number: int
