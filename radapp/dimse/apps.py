from django.apps import AppConfig


class DimseConfig(AppConfig):
    """The DICOM listener: C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET and MPPS for the peers that are listed."""

    name = "radapp.dimse"
