"""Retrieval by DICOMweb: single frames, a series' metadata, whole series; ours, Orthanc and nginx taking turns."""

import gzip
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import images, peers
from benchmarks.images import Cohort, Slice
from benchmarks.peers import FRAME, JSON, WHOLE, System
from benchmarks.turns import in_turn, take_turns

SECONDS = 3
CONNECTIONS = 4
BEYOND = Cohort(studies=42, series=2, slices=24)
"""2016 frames of 132 kB: twice what Orthanc keeps in memory."""
INSIDE = 192
LONG = Cohort(studies=2, series=1, slices=500, first=1000)
LARGE = Cohort(studies=4, series=2, slices=24, size=512, first=2000)
PICKED = {24: 20, 500: 3}
"""Series a turn, by their slices."""
TOO_LONG_S = 60.0

SCRIPT = """
local paths, n, position = {}, 0, 0
for line in io.lines(os.getenv("ADDRESSES")) do n = n + 1; paths[n] = line end
wrk.headers["Accept"] = os.getenv("ACCEPT")
if os.getenv("AUTHORIZATION") ~= "" then wrk.headers["Authorization"] = os.getenv("AUTHORIZATION") end
request = function() position = position + 1; return wrk.format("GET", paths[position % n + 1]) end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Rates:
    """Frames a second by system, medians over the rounds. `least`: what ours promises, by peer."""

    what: str
    frame_bytes: int
    rates: dict[str, float]
    least: dict[str, float]

    @property
    def ours(self) -> float:
        return self.rates["DARNDEST"]

    @property
    def holds(self) -> bool:
        """Whether every promised ratio is reached."""
        return all(self.ours >= least * self.rates[peer] for peer, least in self.least.items())


@dataclass(frozen=True)
class Times:
    """Seconds an answer by system, medians. `least`: how many times faster than Orthanc ours promises to be."""

    what: str
    slices: int
    seconds: dict[str, float]
    octets: dict[str, int]
    least: float

    @property
    def ratio(self) -> float:
        """Orthanc's time over ours."""
        return self.seconds["Orthanc"] / self.seconds["DARNDEST"]

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.least


@dataclass(frozen=True)
class Archives:
    """Ours, Orthanc and nginx, running, with the same images; `folder`: where more may be kept."""

    folder: Path
    systems: list[System]
    slices: list[Slice]
    long: list[Slice]
    large: list[Slice]


@contextmanager
def archives(*, long: bool = False, large: bool = False) -> Iterator[Archives]:
    """Start and fill all three."""
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        slices = images.write(BEYOND, folder / "files")
        longer = images.write(LONG, folder / "files") if long else []
        larger = images.write(LARGE, folder / "files") if large else []
        everything = [*slices, *longer, *larger]
        own = stack.enter_context(peers.ours(folder / "ours"))
        peers.take_in(folder / "ours", folder / "files")
        orthanc = stack.enter_context(peers.orthanc(folder / "orthanc"))
        peers.load_orthanc(orthanc, [one.path.read_bytes for one in everything])
        nginx = stack.enter_context(peers.nginx(folder / "nginx", everything))
        found = Archives(folder, [own, orthanc, nginx], slices, longer, larger)
        for system in found.systems:
            _check(system, found)
        yield found


def _check(system: System, found: Archives) -> None:
    """One frame's bytes, and the number of instances in one metadata answer, before the clock runs."""
    connection = system.connect()
    one = found.slices[len(found.slices) // 2]
    pixels = one.path.read_bytes()[one.pixels :]
    if pixels not in system.get(connection, system.frame(one), FRAME):
        raise RuntimeError(f"{system.name} does not send the frame that was stored")
    body = system.get(connection, system.metadata(one), JSON)
    told = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    if len(told) != sum(other.series == one.series for other in found.slices):
        raise RuntimeError(f"{system.name} tells metadata of {len(told)} instances")
    connection.close()


def frames(rounds: int) -> list[Rates]:
    """Frames a second over four connections: beyond Orthanc's cache, within it, and larger ones.

    Within its cache Orthanc is asked at its best: another one, which holds nothing but these frames.
    """
    peers.program("wrk", "wrk")
    with archives(large=True) as found, peers.orthanc(found.folder / "small") as small:
        beyond, inside = random.Random(5).sample(found.slices, len(found.slices)), found.slices[:INSIDE]
        peers.load_orthanc(small, [one.path.read_bytes for one in inside])
        others = [small if system.name == small.name else system for system in found.systems]
        return [
            _rates("132 kB, beyond Orthanc's cache", beyond, found.systems, rounds, {"Orthanc": 3.0, "nginx": 0.25}),
            _rates("132 kB, within Orthanc's cache", inside, others, rounds, {"Orthanc": 2.0, "nginx": 0.25}),
            _rates("0.5 MB", found.large, found.systems, rounds, {"nginx": 0.5}),
        ]


def _rates(what: str, chosen: Sequence[Slice], systems: Sequence[System], rounds: int, least: dict[str, float]) -> Rates:
    seen: dict[str, list[float]] = {system.name: [] for system in systems}
    for number, system in in_turn(systems, rounds + 1):
        rate = _wrk(system, chosen, 1 if number == 0 else SECONDS)
        if number:  # the first one warms up
            seen[system.name].append(rate)
    return Rates(what, chosen[0].frame_bytes, {name: median(rates) for name, rates in seen.items()}, least)


def _wrk(system: System, chosen: Sequence[Slice], seconds: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        script, addresses = Path(folder) / "frames.lua", Path(folder) / "addresses"
        script.write_text(SCRIPT)
        addresses.write_text("".join(system.frame(one) + "\n" for one in chosen))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script)]
        environment = {
            "ADDRESSES": str(addresses),
            "ACCEPT": FRAME,
            "AUTHORIZATION": system.authorization,
            "PATH": "/usr/bin",
        }
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{system.port}"], env=environment, capture_output=True, text=True, check=False
        )
    told = [line.split() for line in done.stdout.splitlines() if line.startswith("RESULT")]
    if not told or told[0][3] != "0":
        raise RuntimeError(f"wrk against {system.name}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return int(told[0][1]) / int(told[0][2]) * 1e6


def metadata(rounds: int) -> list[Times]:
    """Milliseconds for the metadata of a series of 24 and of 500 slices."""
    return _times(rounds, "metadata", {24: 5.0, 500: 20.0})


def series(rounds: int) -> list[Times]:
    """Milliseconds for a whole series of 24 and of 500 slices."""
    return _times(rounds, "series", {24: 2.0, 500: 1.5})


def _times(rounds: int, what: str, least: dict[int, float]) -> list[Times]:
    with archives(long=True) as found:
        return [
            _timed(what, slices, found, rounds, least[count]) for count, slices in ((24, found.slices), (500, found.long))
        ]


def _timed(what: str, slices: Sequence[Slice], found: Archives, rounds: int, least: float) -> Times:
    firsts = list({one.series: one for one in slices}.values())
    count = len(slices) // len(firsts)
    rng = random.Random(7)
    # Each once ahead of the clock: what is kept ready is made off the request, ten seconds after an intake.
    turns = [firsts, *([rng.choice(firsts) for _ in range(PICKED[count])] for _ in range(rounds))]
    octets: dict[str, int] = {}
    ways = {system.name: _way(system, what, turns, octets) for system in found.systems}
    for way in ways.values():
        way()
    seconds = take_turns(ways, rounds)
    return Times(what, count, {name: median(times) / PICKED[count] for name, times in seconds.items()}, octets, least)


def _way(system: System, what: str, turns: Sequence[Sequence[Slice]], octets: dict[str, int]) -> Callable[[], None]:
    """Asks at each call for the series of the next turn; notes the size of the last answer."""
    connection, left = system.connect(), iter(turns)
    address, accept = (system.metadata, JSON) if what == "metadata" else (system.series, WHOLE)

    def ask() -> None:
        began = time.perf_counter()
        for one in next(left):
            octets[system.name] = len(system.get(connection, address(one), accept))
        if time.perf_counter() - began > TOO_LONG_S:
            raise RuntimeError(f"a turn of {system.name} took a minute: this machine is too busy to measure anything")

    return ask
