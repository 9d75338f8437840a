"""A report as a page of sections, tables and figures: built once, shown on screen, in the PDF and in the workbook."""
