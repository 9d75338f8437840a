"""A result as DICOM objects beside its heatmaps: report for people, report for machines, segmentation, key image.

No torch here.
"""
