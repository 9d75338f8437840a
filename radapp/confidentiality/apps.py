from django.apps import AppConfig


class ConfidentialityConfig(AppConfig):
    """Studies without their patients: PS3.15's Basic Application Level Confidentiality Profile, project by project."""

    name = "radapp.confidentiality"
