"""Statistics against R's pROC, loops written from the formula, and the bare sort.

R runs beside us as a process of its own: it reads the same numbers once, times every round by itself, without its start, and
prints what it found, so that both sides are held together digit by digit.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import PeerMissingError
from benchmarks.turns import in_turn, take_turns, timed
from ml.evaluation.bootstrap import Bootstrap
from ml.evaluation.mrmc.obuchowski_rockette import obuchowski_rockette
from ml.evaluation.mrmc.readings import Readings
from ml.evaluation.resampled_auc import bootstrap_compare_auc
from ml.evaluation.roc import compare_each_auc
from ml.tactic import choose_cutoffs

Floats = NDArray[np.float64]
SEED = 20261127
CASES, SCORES = 10_000, 4
STUDY, REPLICATES = 635, 2_000
READERS, ARMS, READ = 10, 2, 1_000
PATIENTS = 100_000
EQUAL = 1e-10
MOST_BEYOND_SORT_S = 0.050
LEAST = {"delong": 20.0, "bootstrap": 50.0, "several readers": 20.0}
RECURRENCES = 0.45
NAMES = {(True, True): "error", (False, True): "reader", (True, False): "arm", (False, False): "neither"}
"""{(same arm, same reader): covariance}"""
_R = """
suppressMessages(library(pROC))
d <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE)); y <- d[, 1]; s <- d[, -1, drop = FALSE]
told <- function(t) c(t$p.value, t$statistic)
test <- function(q, ...) roc.test(y, s[, q[1]], s[, q[2]], levels = c(0, 1), direction = "<", paired = TRUE, ...)
ways <- list(
  delong = function() combn(ncol(s), 2, function(q) told(test(q, method = "delong"))),
  made_once = function() {
    r <- lapply(seq_len(ncol(s)), function(j) roc(y, s[, j], levels = c(0, 1), direction = "<"))
    combn(ncol(s), 2, function(q) told(roc.test(r[[q[1]]], r[[q[2]]], paired = TRUE, method = "delong")))
  },
  bootstrap = function() told(test(1:2, method = "bootstrap", boot.n = 2000, progress = "none"))
)
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  calls <- 0; began <- proc.time()[["elapsed"]]
  repeat {
    found <- ways[[line]](); calls <- calls + 1; spent <- proc.time()[["elapsed"]] - began
    if (spent >= 0.1) break
  }
  seconds <- spent / calls
  cat(sprintf("[%.6f, [%s]]\\n", seconds, paste(sprintf("%.17g", as.vector(found)), collapse = ", "))); flush(stdout())
}
"""


@dataclass(frozen=True)
class StatisticsComparison:
    """Median seconds of both sides; `apart` at most, None where they need not be equal (different random numbers)."""

    name: str
    peer: str
    theirs: float
    ours: float
    least: float | None
    apart: float | None = None

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.theirs / self.ours

    @property
    def holds(self) -> bool:
        """Fast enough where something is promised, and equal."""
        fast = self.least is None or self.ratio >= self.least
        return fast and (self.apart is None or self.apart <= EQUAL)


@dataclass(frozen=True)
class CutoffSearch:
    """Seconds of the search for all three cutoffs, and of sorting both scores alone."""

    search: float
    sort: float

    @property
    def holds(self) -> bool:
        """Within what is promised beyond the sort."""
        return self.search - self.sort <= MOST_BEYOND_SORT_S


def scores_of(n: int, k: int) -> tuple[NDArray[np.bool_], Floats]:
    """Made-up truths (n,) and scores (k, n) of different worth; the same every time."""
    rng = np.random.default_rng(SEED)
    truth = rng.random(n) < RECURRENCES
    worth = 1 + 0.1 * np.arange(k)
    common = rng.normal(size=n)
    return truth, 1 / (1 + np.exp(-(worth[:, None] * truth + 0.7 * common + 0.7 * rng.normal(size=(k, n)))))


def against_r(rounds: int) -> list[StatisticsComparison]:
    """DeLong's paired tests of all pairs of four scores, and the bootstrap of one difference."""
    return [*_delong(rounds), _bootstrap(rounds)]


def _delong(rounds: int) -> Iterator[StatisticsComparison]:
    truth, scores = scores_of(CASES, SCORES)
    named = dict(enumerate(scores))
    seconds: dict[str, list[float]] = {"delong": [], "made_once": [], "ours": []}
    with _r(truth, scores) as ask:
        for _, way in in_turn(list(seconds), rounds):
            if way == "ours":
                spent, found = timed(lambda: compare_each_auc(named, truth))
            else:
                spent, theirs = ask(way)
            seconds[way].append(spent)
    ours = [value for pair in combinations(range(SCORES), 2) for value in (found[pair].p, found[pair].statistic)]
    apart = float(np.max(np.abs(np.array(ours) - np.array(theirs))))
    own = median(seconds["ours"])
    what = f"paired DeLong, {CASES} cases, {SCORES} scores, {len(ours) // 2} tests"
    raw, once = median(seconds["delong"]), median(seconds["made_once"])
    yield StatisticsComparison(what, "pROC, roc.test of the scores", raw, own, LEAST["delong"], apart)
    yield StatisticsComparison(what, "pROC, roc.test of curves made once", once, own, None, apart)


def _bootstrap(rounds: int) -> StatisticsComparison:
    truth, scores = scores_of(STUDY, 2)
    wanted = Bootstrap(REPLICATES, SEED)
    seconds: dict[str, list[float]] = {"theirs": [], "ours": []}
    with _r(truth, scores) as ask:
        for _, way in in_turn(list(seconds), min(rounds, 5)):
            ours = way == "ours"
            found = timed(lambda: bootstrap_compare_auc(*scores, truth, wanted)) if ours else ask("bootstrap")
            seconds[way].append(found[0])
    what = f"bootstrap of a difference of areas, {STUDY} cases, {REPLICATES} replicates"
    return StatisticsComparison(
        what, "pROC, roc.test", median(seconds["theirs"]), median(seconds["ours"]), LEAST["bootstrap"]
    )


@contextmanager
def _r(truth: NDArray[np.bool_], scores: Floats) -> Iterator[Any]:
    """A way to ask R for one round: (its seconds, p and statistic of every pair). Raises PeerMissingError."""
    if shutil.which("Rscript") is None:
        raise PeerMissingError("R is not installed; Debian: apt-get install r-base-core r-cran-proc")
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "scores.csv"), Path(folder, "rounds.R")
        np.savetxt(data, np.column_stack([truth, *scores]), delimiter=",", fmt="%.17g")
        script.write_text(_R)
        with subprocess.Popen(
            ["Rscript", "--vanilla", script, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None, "a pipe"
            assert process.stdout is not None, "a pipe"

            def ask(way: str) -> tuple[float, list[float]]:
                process.stdin.write(f"{way}\n")
                process.stdin.flush()
                line = process.stdout.readline()
                if not line:
                    raise PeerMissingError("R ended without an answer; it needs pROC (Debian: r-cran-proc)")
                spent, found = json.loads(line)
                return spent, found

            ask("made_once")  # its first calls compile
            yield ask
            process.stdin.close()


def several_readers(rounds: int) -> StatisticsComparison:
    """Obuchowski, Rockette and Hillis, against the formulas written down as they stand."""
    rng = np.random.default_rng(SEED)
    truth = rng.random(READ) < RECURRENCES
    case, reader = rng.normal(size=READ), rng.normal(0, 0.2, size=(READERS, 1))
    arm = np.array([1.0, 1.2])[:, None, None]
    ratings = np.round(20 * (arm * truth + case + reader + rng.normal(size=(ARMS, READERS, READ)))) / 20
    found: dict[str, tuple[float, float, float]] = {}

    def ours() -> None:
        test = obuchowski_rockette(Readings.of(ratings, truth)).random
        assert test is not None
        one = test.differences[0]
        found["ours"] = (float(one.value or 0), float(one.standard_error or 0), float(one.freedom[0]))

    def loop() -> None:
        found["loop"] = formula(ratings, truth)

    ways: dict[str, Callable[[], None]] = {"ours": ours, "loop": loop}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _, name in in_turn(list(ways), rounds):
        seconds[name].append(timed(ways[name])[0])
    return StatisticsComparison(
        f"Obuchowski–Rockette–Hillis, {READERS} readers, {ARMS} arms, {READ} cases",
        "a loop from the formula (NumPy within a case)",
        median(seconds["loop"]),
        median(seconds["ours"]),
        LEAST["several readers"],
        float(np.max(np.abs(np.subtract(found["ours"], found["loop"])))),
    )


def formula(ratings: Floats, truth: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Difference of two arms, its standard error and degrees of freedom, from DeLong 1988 and Hillis 2007, case by case."""
    arms, readers, _ = ratings.shape
    positive, negative, area = {}, {}, np.zeros((arms, readers))
    for i in range(arms):
        for j in range(readers):
            x, y = ratings[i, j, truth], ratings[i, j, ~truth]
            positive[i, j] = [np.mean((one > y) + 0.5 * (one == y)) for one in x]
            negative[i, j] = [np.mean((x > one) + 0.5 * (x == one)) for one in y]
            area[i, j] = np.mean(positive[i, j])

    def covariance(one: tuple[int, int], other: tuple[int, int]) -> float:
        parts = ((positive[one], positive[other]), (negative[one], negative[other]))
        return float(sum(np.cov(a, b)[0, 1] / len(a) for a, b in parts))

    pairs = [(i, j) for i in range(arms) for j in range(readers)]
    kinds: Mapping[str, list[float]] = {"error": [], "reader": [], "arm": [], "neither": []}
    for one in pairs:
        for other in pairs:
            kinds[NAMES[one[0] == other[0], one[1] == other[1]]].append(covariance(one, other))
    mean = {kind: float(np.mean(values)) for kind, values in kinds.items()}
    by_arm, by_reader = area.mean(axis=1), area.mean(axis=0)
    residual = area - by_arm[:, None] - by_reader[None] + area.mean()
    square = float((residual**2).sum()) / ((arms - 1) * (readers - 1))
    spread = square + max(readers * (mean["arm"] - mean["neither"]), 0.0)
    freedom = spread**2 / (square**2 / ((arms - 1) * (readers - 1)))
    return float(by_arm[0] - by_arm[1]), float(np.sqrt(2 / readers * spread)), freedom


def cutoff_search(rounds: int) -> CutoffSearch:
    """All three cutoffs of 100 000 patients, and the sort of both scores."""
    truth, (fused, enhanced) = scores_of(PATIENTS, 2)
    ways = {"search": lambda: choose_cutoffs(fused, truth, enhanced), "sort": lambda: (np.sort(fused), np.sort(enhanced))}
    seconds = take_turns(ways, rounds)
    return CutoffSearch(median(seconds["search"]), median(seconds["sort"]))
