"""The cutoff desk: scores of a source as bare columns, and drafts of protocols with the calibration's honest figures."""
