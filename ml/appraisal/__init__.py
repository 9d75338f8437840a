"""How good a set of networks is, and what it errs on: held-out cases, tables, pictures, localisation, sanity checks."""
