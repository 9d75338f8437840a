"""What the check finds about aim, design, form, and what readers are told."""

from collections.abc import Iterator

from radapp.readerstudies.desk.findings import Finding
from radapp.readerstudies.models import Membership, NetworkCall
from radapp.readerstudies.protocol import Analysis, Protocol

LEADERS = ("arm", "stage", "seniority", "network", "reader")


def look(protocol: Protocol) -> Iterator[Finding]:
    """All findings about the plan."""
    yield from _design(protocol)
    yield from _form(protocol)
    yield from _aim(protocol)
    yield from _told(protocol)


def _design(protocol: Protocol) -> Iterator[Finding]:
    design = protocol.design
    if not design.arms:
        yield Finding("no_arms", True, "design", "No arm says what readers see.")
    if design.kind in {"washout", "crossover", "split_plot"} and len(design.arms) == 1:
        words = f"A {design.kind} design compares arms, and there is one."
        yield Finding("one_arm", True, "design", words)
    if design.kind == "sequential":
        words = "Sequential aid: the aided answer follows the unaided one at once, and reports say so."
        yield Finding("sequential", False, "design", words)
    if design.lock == "session" and protocol.order.repeats:
        words = (
            f"Answers may be corrected until a session is locked, and {protocol.order.repeats} cases of it come twice: a "
            "reader can look back at a case's first reading. Lock by reading, or do without hidden repeats."
        )
        yield Finding("repeats_reviewable", False, "design", words)


def _form(protocol: Protocol) -> Iterator[Finding]:
    meanings = {question.meaning for question in protocol.form}
    if protocol.design.lroc and "location" not in meanings:
        yield Finding("no_location", True, "form", "Each case has a forced point, and the form has no question for it.")
    missing = [question.key for question in protocol.form if not question.label.get("en")]
    if missing:
        words = f"No English label: {', '.join(missing)}. Readers see the first language that there is."
        yield Finding("no_english", False, "form", words)


def _aim(protocol: Protocol) -> Iterator[Finding]:
    aim = protocol.aim
    if not aim.analyses:
        yield Finding("no_analysis", False, "aim", "No analysis is named beforehand: everything found will be exploratory.")
    elif aim.primary is None:
        yield Finding("no_primary", False, "aim", "No analysis is the primary one.")
    if not aim.hypothesis.strip():
        yield Finding("no_hypothesis", False, "aim", "The question that the study asks is not written down.")
    compared = [one for one in aim.analyses if one.second]
    if len(compared) > 1 and aim.correction == "none":
        words = f"{len(compared)} comparisons without a correction of alpha {aim.alpha}."
        yield Finding("no_correction", False, "aim", words)
    for one in aim.analyses:
        yield from _analysis(one, protocol)


def _analysis(one: Analysis, protocol: Protocol) -> Iterator[Finding]:
    for name in (one.first, one.second):
        wrong = _unknown(name, protocol) if name else ""
        if wrong:
            yield Finding("unknown_side", True, "aim", f"Analysis {one.key}: {wrong}")
    if one.endpoint == "lroc" and not protocol.design.lroc:
        words = f"Analysis {one.key} is of LROC, and the design does not force a point in every case."
        yield Finding("no_lroc", True, "aim", words)


def _unknown(name: str, protocol: Protocol) -> str:
    """What is wrong with a name such as arm:complete; empty: nothing."""
    leader, _, key = name.partition(":")
    known = {
        "arm": [arm.key for arm in protocol.design.arms],
        "stage": ["unaided", "aided"] if protocol.design.kind == "sequential" else [],
        "seniority": list(Membership.Seniority.values),
        "network": list(NetworkCall.Network.values),
    }
    if leader not in LEADERS:
        return f"{name!r} begins with none of {', '.join(f'{one}:' for one in LEADERS)}"
    if leader == "reader" or key in known[leader]:
        return ""
    return f"{name!r} is none of {', '.join(f'{leader}:{one}' for one in known[leader]) or 'any in this design'}"


def _told(protocol: Protocol) -> Iterator[Finding]:
    if not protocol.told.prevalence.strip():
        words = "What readers are told about prevalence is not written down. Write it, also if it is nothing."
        yield Finding("prevalence_untold", False, "aim", words)
