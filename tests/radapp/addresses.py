"""Every address of the application, walked out of Django's resolver."""

import os
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PARAMETER = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its name as the registry knows it, and its route as Django writes it."""

    name: str
    route: str

    @property
    def parameters(self) -> set[str]:
        """The names in its route."""
        return {regex or plain for regex, plain in _PARAMETER.findall(self.route)}

    def filled(self, values: Mapping[str, str]) -> str:
        """The path with each parameter replaced by its value; KeyError for one without a value."""
        path = _PARAMETER.sub(lambda found: values[found[1] or found[2]], self.route)
        return "/" + path.removeprefix("^").removesuffix("$")


def tried(methods: Sequence[str], named: Container[str], turn: int) -> list[str]:
    """Those of an address to be tried by one person: every one; reduced to what its table names, and one other in turn."""
    others = [method for method in methods if method not in named]
    if os.environ.get("EVIDENCE") == "full" or not others:
        return list(methods)
    return [method for method in methods if method in named or method == others[turn % len(others)]]


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
