from django.apps import AppConfig


class DicomwebConfig(AppConfig):
    """QIDO-RS, WADO-RS, WADO-URI and STOW-RS over the archive: what feeds Cornerstone."""

    name = "radapp.dicomweb"
