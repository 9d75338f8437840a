"""The pictures of reports, in two languages, as SVG and PNG. Imported late: whoever draws nothing needs no matplotlib."""
