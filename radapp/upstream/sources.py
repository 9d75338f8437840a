"""Sources: who is added, changed, tested and removed. Every act is audited; a secret is only ever named by its variable."""

import os
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.environment import AE_TITLE
from radapp.upstream import cache, circuit
from radapp.upstream.circuit import Service
from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import SourceError, peer_of
from radapp.upstream.web import is_address

STATE = ("id", *(field for service in Service for field in service.value), "answered_at", "last_error", "last_error_at")
AE_EXPECTED = "1 to 16 ASCII characters without a backslash, and no space at either end"


@dataclass(frozen=True)
class Verdict:
    """What a test found."""

    answers: bool
    words: str


def facts_of(source: UpstreamSource) -> dict[str, Any]:
    """What is configured of a source; there is no secret in it."""
    return model_to_dict(source, exclude=STATE)


def add(source: UpstreamSource, *, actor: User | None = None, actor_name: str = "") -> UpstreamSource:
    """Keep a new source. Raises ValidationError that says what was found and what is expected."""
    _check(source)
    if UpstreamSource.objects.filter(name=source.name).exists():
        raise ValidationError(f"a source called {source.name!r} is there already; remove it first, or choose another name")
    with transaction.atomic():
        source.save()
        audit.record(
            actor=actor,
            actor_name=actor_name,
            action=AuditEntry.Action.SOURCE_ADDED,
            target=f"source {source.name}",
            after=facts_of(source),
        )
    return source


def switch(name: str, *, enabled: bool, actor_name: str) -> UpstreamSource:
    """Use a source, or leave it alone; what is cached of one that is not used is not shown."""
    with transaction.atomic():
        source = UpstreamSource.objects.select_for_update().filter(pk=named(name).pk).get()
        before = source.enabled
        source.enabled = enabled
        source.save(update_fields=["enabled"])
        audit.record(
            actor=None,
            actor_name=actor_name,
            action=AuditEntry.Action.SOURCE_CHANGED,
            target=f"source {source.name}",
            before={"enabled": before},
            after={"enabled": enabled},
        )
    return source


def remove(name: str, *, actor_name: str) -> None:
    """Forget a source, what is cached of it, and its outbox."""
    source = named(name)
    for study in source.studies.all():
        cache.forget_study(study)
    with transaction.atomic():
        audit.record(
            actor=None,
            actor_name=actor_name,
            action=AuditEntry.Action.SOURCE_REMOVED,
            target=f"source {source.name}",
            before=facts_of(source),
        )
        source.delete()


def test(source: UpstreamSource) -> Verdict:
    """Ask it whether it is there, pause or not; an answer ends the pause."""
    try:
        words = peer_of(source).echo()
    except SourceError as error:
        circuit.note_failure(source, error)
        return Verdict(answers=False, words=str(error))
    circuit.note_answer(source)
    return Verdict(answers=True, words=words)


def named(name: str) -> UpstreamSource:
    """The source of this name, or ValidationError."""
    source = UpstreamSource.objects.filter(name=name).first()
    if source is None:
        there = ", ".join(UpstreamSource.objects.values_list("name", flat=True)) or "none yet"
        raise ValidationError(f"no source is called {name!r}; there are: {there}")
    return source


def _check(source: UpstreamSource) -> None:
    problems = _web_problems(source) if source.kind == UpstreamSource.Kind.DICOMWEB else _dimse_problems(source)
    if not source.name.strip() or not source.name.isprintable():
        problems.append("a source needs a name that can be printed")
    if problems:
        raise ValidationError(problems)


def _web_problems(source: UpstreamSource) -> list[str]:
    problems = []
    if not is_address(source.url):
        problems.append(
            f"found the address {source.url!r}, expected http:// or https://, a host and a path, such as "
            "https://pacs.example/dicom-web, without a query, a user or a password"
        )
    if source.auth != UpstreamSource.Auth.NONE and not source.secret_variable.isidentifier():
        problems.append(
            f"found {source.secret_variable!r}, expected the name of the environment variable that holds the secret "
            "(a token, or USER:PASSWORD), such as PACS_TOKEN"
        )
    if source.ca_file and not os.access(source.ca_file, os.R_OK):
        problems.append(f"the file {source.ca_file!r} cannot be read; expected certificates in PEM")
    return problems


def _dimse_problems(source: UpstreamSource) -> list[str]:
    titles = {"its AE title": source.ae_title, "our AE title": source.calling_ae_title}
    ports = {"port": source.port}
    if source.retrieve_by == UpstreamSource.Retrieve.MOVE:
        titles["the destination's AE title"] = source.move_ae_title
        ports["the destination's port"] = source.move_port
    problems = [
        f"found {title!r} as {what}, expected {AE_EXPECTED}"
        for what, title in titles.items()
        if not AE_TITLE.fullmatch(title)
    ]
    problems += [
        f"found {port} as {what}, expected a number from 1 to 65535"
        for what, port in ports.items()
        if port is None or not 1 <= port <= 65535
    ]
    if not source.host or any(character.isspace() for character in source.host):
        problems.append(f"found the host {source.host!r}, expected a name or an address")
    return problems
