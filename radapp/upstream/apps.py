from django.apps import AppConfig


class UpstreamConfig(AppConfig):
    """The PACS behind this application: found, read through, cached, taken in on demand; results go back to them."""

    name = "radapp.upstream"

    def ready(self) -> None:
        from radapp.upstream import listeners

        listeners.connect()
