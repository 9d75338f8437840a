"""URLs of radapp.live; who may call each stands in access.py."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
