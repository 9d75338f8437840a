"""Which picture stands for many: the middle of the series that tells most."""

from collections.abc import Iterator, Sequence

import numpy as np

from ml import decoding
from radapp.archive.models import Instance, SequenceRole
from radapp.dicomweb import pixels, whereabouts
from radapp.dicomweb.pixels import PixelLayout
from radapp.dicomweb.syntaxes import DEFLATED

# What a radiologist would open first to know the examination again.
ROLES = (SequenceRole.T1WIC, SequenceRole.T2WI, SequenceRole.T1WI)


def telling_frame(layout: PixelLayout) -> int:
    """The middle frame; of a float map, which is mostly zeros, the one with the highest value."""
    if layout.frames < 2 or layout.keyword != "FloatPixelData" or not layout.native:
        return layout.frames // 2
    highest, chosen = -np.inf, layout.frames // 2
    for index, octets in enumerate(_one_after_another(layout)):
        values = np.frombuffer(octets, "<f4")
        most = float(np.nanmax(values)) if values.size and not np.isnan(values).all() else -np.inf
        if most > highest:
            highest, chosen = most, index
    return chosen


def _one_after_another(layout: PixelLayout) -> Iterator[bytes]:
    """Each frame. A deflated map, as ours are kept, is inflated once, and not where that would fill the memory."""
    if layout.syntax != DEFLATED:
        for index in range(layout.frames):
            yield from pixels.native_frames(layout, [index])
    elif layout.frames * layout.frame_bits // 8 <= decoding.MOST_DECODED:
        yield from pixels.native_frames(layout, range(layout.frames))


def telling_instance(instances: Sequence[Instance]) -> Instance | None:
    """The middle one, in their order, of the series that tells most; None where nothing has pixels.

    First the sequences that the tactic reads, axial ones before others, then whatever was received, then what was made here.
    """
    series = whereabouts.by_series([one for one in instances if one.rows])
    if not series:
        return None
    chosen = max(series.values(), key=_weight)
    drawable = [one for one in chosen if pixels.layout_of(one.sha256) is not None]
    return drawable[len(drawable) // 2] if drawable else None


def _weight(members: Sequence[Instance]) -> tuple[bool, int, bool, int]:
    of = members[0].series
    rank = len(ROLES) - ROLES.index(SequenceRole(of.role)) if of.role in ROLES else 0
    return not of.generated, rank, of.plane == "axial", sum(one.number_of_frames for one in members)
