"""A crawler that asks for everything: every address of the resolver, filled with every value that it has seen, and every
address that an answer leads to, as the front end would go there.

It keeps what it got, whole (status, headers, cookies, body), for `leaks` to look at. Reusable with any client and seeds.
"""

import gzip
import json
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from random import Random
from typing import Any

from django.test import Client

from tests.radapp.addresses import Address, walk

KEY = re.compile(r"[A-Za-z0-9_-]{22}")
FRAMES = "/frames/"
UID = re.compile(r"(?!1\.2\.840\.10008\.)[0-9]+(\.[0-9]+){1,}\.[0-9]+")
STUDY = re.compile(r".*/dicom-web/studies/[^/]+")
LINK = re.compile(r'(?:src|href)="(/[^"]+)"')
REFUSALS = frozenset({401, 403, 405})
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OFTEN = 6
"""How many values of a parameter are tried; where answers lead is tried in full."""
FURTHER = 6 if os.environ.get("EVIDENCE") == "full" else 2
"""How many further fillings by a fixed seed (reduced to 2)."""
REFUSED_OFTEN = 2
"""How many where every one so far was refused to the person before any value was looked at."""


@dataclass(frozen=True)
class Answer:
    """One answer, whole."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        """Everything that it says, without what the client itself sent: a redirect names the page that was asked for."""
        headers = "\n".join(f"{name}: {value}" for name, value in sorted(self.headers.items()))
        said = f"{self.status}\n{headers}\n{self.cookies}\n{self.body.decode('utf-8', 'replace')}"
        return said.replace(self.path, "·") if self.status in {301, 302} else said

    @property
    def json(self) -> Any:
        """Its body as JSON; None where it is none."""
        if "json" not in self.headers.get("Content-Type", ""):
            return None
        return json.loads(self.body) if self.body else None


def answer_of(method: str, path: str, response: Any) -> Answer:
    """As the test client gives it; gzip undone."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    cookies = tuple(sorted(response.cookies))
    return Answer(method, path, response.status_code, dict(response.headers), cookies, body)


@dataclass
class Crawler:
    """`seeds`: values that are known from the beginning, the study's key before all, and originals that were overheard.
    What was told comes before what was overheard. `shut`: the addresses that refused whoever asked.

    `methods`: those that the first filling of each address is asked with.

    `sparing`: of a series, it looks at the last image alone; without `pixels` at none.
    """

    client: Client
    seeds: Iterable[str] = ()
    sparing: bool = False
    pixels: bool = True
    methods: tuple[str, ...] = METHODS
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    keys: dict[str, bool] = field(default_factory=dict)
    """Each with whether an answer told it."""
    uids: dict[str, None] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for one in self.seeds:
            self._learn(one, told=False)

    def crawl(self, shut: Container[str] = (), rounds: int = 3) -> list[Answer]:
        """Everything reachable, until nothing new is seen; the answers. `shut`: names of addresses to leave out."""
        for _ in range(rounds):
            before = (len(self.keys), len(self.uids), len(self.answers))
            for address in walk():
                if address.name not in shut:
                    self._fill(address)
            if before == (len(self.keys), len(self.uids), len(self.answers)):
                break
        return list(self.answers.values())

    def ask(self, method: str, path: str, **facts: Any) -> Answer:
        """One request, once; what it says is learnt, and followed."""
        known = self.answers.get((method, path))
        if known is not None:
            return known
        response = self.client.generic(method, path, b"", content_type="application/json", **facts)
        found = self.answers[method, path] = answer_of(method, path, response)
        self.hear(found)
        return found

    def hear(self, found: Answer) -> None:
        """Learn from an answer and go where it leads."""
        body = found.json if found.status == 200 else None
        for text in _texts(body):
            self._learn(text, told=True)
        leads = list(_leads(found.path, body))
        if self.sparing and FRAMES in str(leads):
            leads = [path for path in leads if FRAMES in path][-1:] if self.pixels else []
        for path in sorted({*leads, *_links(found)}):
            self.ask("GET", path)

    def _learn(self, text: str, *, told: bool) -> None:
        if KEY.fullmatch(text):
            self.keys[text] = told or self.keys.get(text, False)
        elif UID.fullmatch(text):
            self.uids.setdefault(text)

    def _fill(self, address: Address) -> None:
        """Every method of the first filling, then what can be read."""
        tried = refused = 0
        for path in self._paths(address):
            methods = self.methods if tried == 0 else ("GET",)
            statuses = {self.ask(method, path).status for method in methods if self._asks(address, method)}
            tried, refused = tried + 1, refused + (statuses <= REFUSALS)
            if refused == tried >= REFUSED_OFTEN:
                break
        if refused == tried:
            self.shut.add(address.name)

    def _asks(self, address: Address, method: str) -> bool:
        """What would sign the crawler out is not asked for."""
        return method in {"GET", "HEAD", "OPTIONS"} or "session" not in address.name

    def _paths(self, address: Address) -> Iterator[str]:
        names = sorted(address.parameters, key=lambda name: (name == "key", name))
        values = [self._values(name, address.route) for name in names]
        for one in _combinations(values, address.name):
            yield address.filled(dict(zip(names, one, strict=True)))

    def _values(self, name: str, route: str) -> list[str]:
        if f"int:{name}" in route:
            return ["1", "2"]
        if name in {"numbers", "frames", "tag"}:
            return ["1", "00080018"]
        if "uid" in name:
            return [*self.uids, "1.2.3.4"]
        first, *others = self.keys or ["nobody"]
        told, overheard = ([key for key in others if self.keys[key] == one] for one in (True, False))
        return [first, *told, *overheard[:1], *islice(self.uids, 1), "nobody", *overheard[1:]]


def _combinations(values: list[list[str]], name: str) -> Iterator[tuple[str, ...]]:
    """All, or where there are many: the first of each with every value of one, and some of the others."""
    first = tuple(one[0] for one in values)
    varied = (
        (*first[:place], value, *first[place + 1 :]) for place, column in enumerate(values) for value in column[:OFTEN]
    )
    found = dict.fromkeys([first, *varied])
    rest = [one for one in islice(product(*values), 20_000) if one not in found]
    yield from found
    yield from rest if len(rest) <= FURTHER else Random(name).sample(rest, FURTHER)


def _texts(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(body, list):
        for value in body:
            yield from _texts(value)
    elif isinstance(body, str):
        yield body


def _links(found: Answer) -> Iterator[str]:
    """What a page loads."""
    if "text/html" in found.headers.get("Content-Type", "") and found.status == 200:
        yield from LINK.findall(found.body.decode("utf-8", "replace"))


def _leads(path: str, body: Any) -> Iterator[str]:
    """Where images are: from a root and its `study_uid`, from lists of series, from metadata."""
    if isinstance(body, dict):
        for value in body.values():
            yield from _leads(path, value)
        if isinstance(body.get("root"), str) and isinstance(body.get("study_uid"), str):
            root = body["root"].rstrip("/").removesuffix("/dicom-web")
            yield from (f"{root}/dicom-web/studies/{body['study_uid']}/{level}" for level in ("series", "metadata"))
    elif isinstance(body, list) and "/dicom-web/studies/" in path:
        study = (
            path[: path.index("/dicom-web/studies/")]
            + "/dicom-web/studies/"
            + path.split("/dicom-web/studies/")[1].split("/")[0]
        )
        for one in body:
            yield from _image_addresses(study, one)
    elif isinstance(body, list):
        for one in body:
            yield from _leads(path, one)


def _image_addresses(study: str, one: Any) -> Iterator[str]:
    series = one.get("0020000E", {}).get("Value", [""])[0] if isinstance(one, dict) else ""
    if not series:
        return
    yield f"{study}/series/{series}/metadata"
    instance = one.get("00080018", {}).get("Value", [""])[0]
    if instance:
        frames = int(one.get("00280008", {}).get("Value", [1])[0])
        numbers = ",".join(str(number + 1) for number in range(frames))
        yield f"{study}/series/{series}/instances/{instance}/frames/{numbers}"
