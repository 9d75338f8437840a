"""The crops that this project's own networks read, by the name that `python -m ml train` knows their size by. No torch."""

from collections.abc import Mapping

from ml.preprocessing import Preprocessing

COMPACT_CROP = Preprocessing(shape=(20, 48, 48), rise=10.0)
"""100 x 110 x 110 mm from 40 mm below the nasopharynx to 60 mm above it, past the cavernous sinus: every recurrence of the
phantom fits, the networks stay quick, and 20 slices halve twice without a rest."""
FULL_CROP = Preprocessing(shape=(24, 128, 128), spacing=(5.0, 1.5, 1.5))
CROPS: Mapping[str, Preprocessing] = {"compact": COMPACT_CROP, "full": FULL_CROP}


def crop_for(architecture: str) -> Preprocessing:
    """What a network of this name (`ml.architecture.ARCHITECTURES`) reads unless told otherwise."""
    return CROPS["compact" if architecture.endswith("compact") else "full"]
