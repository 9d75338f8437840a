"""Statistics of diagnostic tests: pure functions with frozen results, no torch."""
