"""`manage.py source add|list|test|enable|disable|remove`: the PACS that stand behind this application."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from radapp.upstream import overview, sources
from radapp.upstream.models import UpstreamSource

ACTOR = "manage.py source"


class Command(BaseCommand):
    help = "Add, list, test, switch and remove the PACS that studies are found in and read from (docs/upstream.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        kinds = acts.add_parser("add", help="add a source and test it").add_subparsers(dest="kind", required=True)
        self._add_web(kinds.add_parser("dicomweb", help="a source that speaks DICOMweb"))
        self._add_dimse(kinds.add_parser("dimse", help="a source that speaks DIMSE: C-FIND and C-GET or C-MOVE"))
        listed = acts.add_parser("list", help="show the sources, whether they answer, and the cache")
        listed.add_argument("--json", action="store_true", help="print one line of JSON")
        for act in ("test", "enable", "disable", "remove"):
            acts.add_parser(act).add_argument("name", metavar="NAME")

    def _add_common(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="as people shall read it")
        parser.add_argument("--priority", type=int, default=100, help="the lower, the earlier it is believed (100)")
        results = [choice.value for choice in UpstreamSource.Results]
        parser.add_argument(
            "--results",
            choices=results,
            default="none",
            help="results may be written to it: of studies that it holds itself, or of all",
        )
        parser.add_argument("--prefetch", action="store_true", help="fetch the day's MR studies and earlier ones ahead")

    def _add_web(self, parser: ArgumentParser) -> None:
        self._add_common(parser)
        parser.add_argument("url", metavar="URL", help="the address below which /studies lies")
        parser.add_argument("--basic", metavar="VARIABLE", default="", help="environment variable with USER:PASSWORD")
        parser.add_argument("--bearer", metavar="VARIABLE", default="", help="environment variable with a token")
        parser.add_argument("--ca", metavar="FILE", default="", help="certificates (PEM) that its TLS is checked against")
        parser.add_argument("--no-verify", action="store_true", help="do not check its TLS certificate: for trials only")

    def _add_dimse(self, parser: ArgumentParser) -> None:
        self._add_common(parser)
        parser.add_argument("peer", metavar="AET@HOST:PORT", help="the source's application entity and address")
        parser.add_argument("--as", dest="calling", default=settings.DIMSE.ae_title, help="our AE title, as it knows us")
        parser.add_argument(
            "--move-to", metavar="AET:PORT", default="", help="retrieve by C-MOVE to this destination; else by C-GET"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error

    def _add(self, options: dict[str, Any]) -> None:
        source = self._web(options) if options["kind"] == "dicomweb" else self._dimse(options)
        source.name, source.priority = options["name"].strip(), options["priority"]
        source.results, source.prefetch = options["results"], options["prefetch"]
        if not 0 <= source.priority <= 32767:
            raise CommandError(f"found the priority {source.priority}, expected a number from 0 to 32767")
        sources.add(source, actor_name=ACTOR)
        self.stdout.write(f"Added {source.name}. Writing results to it: {source.results}.")
        self._tell(sources.test(source))

    def _web(self, options: dict[str, Any]) -> UpstreamSource:
        if options["basic"] and options["bearer"]:
            raise CommandError("found --basic and --bearer, expected one of them at most")
        auth = "basic" if options["basic"] else "bearer" if options["bearer"] else "none"
        return UpstreamSource(
            kind="dicomweb",
            url=options["url"].rstrip("/"),
            auth=auth,
            secret_variable=options["basic"] or options["bearer"],
            ca_file=options["ca"],
            verify_tls=not options["no_verify"],
        )

    def _dimse(self, options: dict[str, Any]) -> UpstreamSource:
        title, _, address = options["peer"].partition("@")
        host, _, port = address.rpartition(":")
        if not (title and host and port.isdigit()):
            raise CommandError(f"found {options['peer']!r}, expected AET@HOST:PORT, such as PACS@10.1.2.3:104")
        to, _, move_port = options["move_to"].rpartition(":")
        if options["move_to"] and not (to and move_port.isdigit()):
            raise CommandError(f"found --move-to {options['move_to']!r}, expected AET:PORT, such as DARNDEST_MV:11113")
        return UpstreamSource(
            kind="dimse",
            ae_title=title,
            host=host.strip("[]"),
            port=int(port),
            calling_ae_title=options["calling"],
            retrieve_by="move" if to else "get",
            move_ae_title=to,
            move_port=int(move_port) if to else None,
        )

    def _tell(self, verdict: sources.Verdict) -> None:
        self.stdout.write(("It answers: " if verdict.answers else "It does not answer as it should: ") + verdict.words + ".")

    def _test(self, options: dict[str, Any]) -> None:
        verdict = sources.test(sources.named(options["name"]))
        self._tell(verdict)
        if not verdict.answers:
            raise CommandError(f"{options['name']} is not usable now")

    def _enable(self, options: dict[str, Any]) -> None:
        sources.switch(options["name"], enabled=True, actor_name=ACTOR)
        self.stdout.write(f"{options['name']} is used.")

    def _disable(self, options: dict[str, Any]) -> None:
        sources.switch(options["name"], enabled=False, actor_name=ACTOR)
        self.stdout.write(f"{options['name']} is left alone; what is cached of it is not shown.")

    def _remove(self, options: dict[str, Any]) -> None:
        sources.remove(options["name"], actor_name=ACTOR)
        self.stdout.write(
            f"{options['name']} is removed, with what was cached of it; the audit trail keeps that it was there."
        )

    def _list(self, options: dict[str, Any]) -> None:
        found = overview.overview()
        if options["json"]:
            self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        kept = found["cache"]
        self.stdout.write(
            f"cache: {kept['used_bytes'] / 1e6:.0f} of {kept['bound_bytes'] / 1e6:.0f} MB, "
            f"{kept['series']} series of {kept['studies']} studies"
        )
        if not found["sources"]:
            self.stdout.write("No source is configured; add one with `manage.py source add`.")
        for one in found["sources"]:
            self._show(one)

    def _show(self, one: dict[str, Any]) -> None:
        error = f" ({one['last_error']})" if one["standing"] == "offline" and one["last_error"] else ""
        self.stdout.write(f"{one['name']}  {one['standing']}{error}  {one['kind']} {one['address']}")
        tls = "" if one["verified"] else ", its TLS certificate is not checked"
        ahead = ", fetched ahead" if one["prefetch"] else ""
        self.stdout.write(f"  priority {one['priority']}, {one['access']}, results: {one['results']}{ahead}{tls}")
        states = ", ".join(f"{number} {state}" for state, number in one["outbox"].items() if number)
        self.stdout.write(
            f"  {one['studies']} studies known, {one['kept_bytes'] / 1e6:.0f} MB kept; outbox: {states or 'empty'}"
        )
