"""From a segmentation to a mark: the sphere around a lesion that somebody drew elsewhere."""

from radapp.archive.models import Instance
from radapp.readerstudies.reference.conclusion import Mark


def sphere_of(instance: Instance) -> Mark | None:
    """The sphere around everything that a segmentation marks; None where it cannot be read or marks nothing."""
    return None
