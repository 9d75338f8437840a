"""The synthetic cohort: head and neck anatomy, recurrences and their imitators, MR physics, DICOM. No torch.

`ml.phantom.words` alone is light enough for a web process; the rest is imported from the module that has it:
`ml.phantom.case.generate_case`, `ml.phantom.dicom.write_study`.
"""

from ml.phantom.words import SYNTHETIC_COMMENT, is_synthetic

__all__ = ["SYNTHETIC_COMMENT", "is_synthetic"]
