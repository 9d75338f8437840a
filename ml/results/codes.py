"""The codes of our result objects: DICOM's, SNOMED's, LOINC's and UCUM's own where there is one, 99DARNDEST's where not.

Sources: PS3.16 annex D (DCM), CID 4 (nasopharynx), CID 217 (visual explanations), CID 7001 and 7002 (headings), CID 7021,
CID 7150, CID 7162.
"""

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

PRIVATE = "99DARNDEST"


def _own(value: str, meaning: str) -> Code:
    return Code(value, PRIVATE, meaning)


NO_UNITS = codes.UCUM.NoUnits
ARTIFICIAL_INTELLIGENCE = codes.cid7162.ArtificialIntelligence
NASOPHARYNX = codes.SCT.Nasopharynx
PROCEDURE_REPORTED = codes.DCM.ProcedureReported
MR_IMAGING = Code("113091000", "SCT", "Magnetic resonance imaging")
VISUAL_EXPLANATION = codes.DCM.VisualExplanation
GRAD_CAM = codes.cid217.GradientWeightedClassActivation
SPATIAL_CONCEPT = codes.SCT.SpatialAndRelationalConcept
VOLUME = codes.SCT.Volume
CUBIC_MILLIMETRE = codes.UCUM.CubicMillimeter
YES, NO = codes.SCT.Yes, codes.SCT.No

CONCLUSIONS, CONCLUSION = codes.LN.Conclusions, codes.DCM.Conclusion
RECOMMENDATIONS, RECOMMENDATION = codes.LN.Recommendations, codes.DCM.Recommendation
FINDINGS, FINDING = codes.LN.Findings, codes.DCM.Finding
SUMMARY = codes.LN.Summary

TITLE = _own("REPORT", "Triage of unenhanced images: tier and advice on contrast")
STATUS = _own("STATUS", "Status of this report")
TIER = _own("TIER", "Tier by the tactic")
CALL = _own("CALL", "Call by the tactic")
ADVICE_GIVEN = _own("ADVICE-GIVEN", "Advice is given")
ADVICE = _own("ADVICE", "Advice on contrast")
REASON = _own("REASON", "Why no advice is given")
SCORE = _own("SCORE", "Network score for local recurrence")
FUSED_SCORE = _own("FUSED-SCORE", "Weighted mean of the T1WI and T2WI scores")
LIMITS = _own("LIMITS", "Limits")
LIMIT = _own("LIMIT", "Limit")
NOTE = _own("NOTE", "Note")
NEIGHBOURS = _own("NEIGHBOURS", "Calibration patients nearest to the score")
PROVENANCE = _own("PROVENANCE", "Provenance")
NETWORK = _own("NETWORK", "Network")
PROTOCOL = _own("PROTOCOL", "Protocol")
REPLACES = _own("REPLACES", "Replaced report")
SYNTHETIC = _own("SYNTHETIC", "Synthetic")
ABOVE_THRESHOLD = _own("ABOVE-THRESHOLD", "Heatmap above its threshold")
PREDECESSOR = _own("PREDECESSOR", "Object that this one replaces")

CUTOFFS = {
    "first": _own("FIRST-CUTOFF", "First cutoff: positive at or above"),
    "second": _own("SECOND-CUTOFF", "Second cutoff: suspicious at or above, negative below"),
    "T1WIC": _own("T1WIC-CUTOFF", "Cutoff of the enhanced network"),
}
TIERS = {
    "positive": _own("TIER-POSITIVE", "Positive tier: at or above the first cutoff"),
    "suspicious": _own("TIER-SUSPICIOUS", "Suspicious tier: between the cutoffs"),
    "negative": _own("TIER-NEGATIVE", "Negative tier: below both cutoffs; recurrence not excluded"),
}
CALLS = {
    "positive": _own("CALL-POSITIVE", "At or above the deciding cutoff"),
    "negative": _own("CALL-NEGATIVE", "Below the deciding cutoff; recurrence not excluded"),
    "pending": _own("CALL-PENDING", "Waits for the enhanced network"),
}


def coding_schemes() -> list[CodingSchemeIdentificationItem]:
    """Who answers for the private codes (PS3.3 C.12.1.4, Coding Scheme Identification Sequence)."""
    return [
        CodingSchemeIdentificationItem(
            PRIVATE, name="Codes of the DARNDEST application", version="1", responsible_organization="DARNDEST"
        )
    ]
