import logging

import pydicom.config
from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Studies, series and instances: ingest, storage and what was set aside."""

    name = "radapp.archive"

    def ready(self) -> None:
        """Read tolerantly: what others wrote is kept as it is, and warnings about values off the standard help nobody."""
        pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
        logging.getLogger("pydicom").setLevel(logging.ERROR)  # it sets its own level when it is imported
        # What no decoder reads is refused in words; its traces, one for each such image, would fill a log.
        for name in ("pydicom.pixels", "openjpeg", "libjpeg"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        from radapp.archive import arrivals, rejections, removal

        arrivals.connect()
        removal.connect()
        rejections.connect()
