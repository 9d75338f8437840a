"""The paper's published figures, each recomputed from counts by this library. No torch, no Django.

`rows.reproduce()` gives one frozen row a figure; published.json (README.md beside it says whose) has the printed figures and
the counts. What somebody else recomputed stands in that file too and is read by the tests alone.
"""
