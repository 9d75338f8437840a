"""What networks are trained and judged on: data sets of several layouts, cohorts of the phantom, splits."""
