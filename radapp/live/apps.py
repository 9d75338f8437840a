from django.apps import AppConfig


class LiveConfig(AppConfig):
    """What changes by itself: health, the status line and the event stream."""

    name = "radapp.live"
