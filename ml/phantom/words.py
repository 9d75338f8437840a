"""The words by which every synthetic study is known: no torch, no NumPy, so that a web process may import them."""

from typing import Final

SYNTHETIC_COMMENT: Final = "SYNTHETIC PHANTOM, NOT A PATIENT"
"""ImageComments (0020,4000) of every synthetic instance, exactly."""

SYNTHETIC_FAMILY_NAME: Final = "Synthetic"
"""PatientName is `Synthetic^NNN`."""

SYNTHETIC_LABEL: Final = "demonstration, synthetic data"
"""What a bundle trained on the phantom says of itself, and what stands beside its scores."""


def is_synthetic(patient_name: str, image_comments: str) -> bool:
    """Whether these two attributes are those of a study made by `ml.phantom`; both must agree."""
    return patient_name.startswith(f"{SYNTHETIC_FAMILY_NAME}^") and image_comments.strip() == SYNTHETIC_COMMENT
