"""A report as a PDF, typeset by Typst from data alone."""
