"""Every address of the application, walked out of Django's resolver."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its name as the registry knows it, and its route as Django writes it."""

    name: str
    route: str

    def filled(self, values: Mapping[str, str], fallback: str) -> str:
        """The path with each parameter replaced by its value."""
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: values.get(found[1], fallback), self.route)
        return "/" + path.lstrip("^/").rstrip("$")


def _route(pattern: URLPattern | URLResolver) -> str:
    inner = pattern.pattern
    assert isinstance(inner, RoutePattern | RegexPattern), f"unknown kind of pattern: {inner!r}"
    return str(inner)


def walk(resolver: URLResolver | None = None, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every pattern below a resolver, includes and namespaces followed; one without a name has an empty one."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + _route(entry)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from walk(entry, route, inner)
        else:
            yield Address(":".join([*spaces, entry.name or ""]), route)
