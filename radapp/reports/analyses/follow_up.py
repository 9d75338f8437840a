"""What is known of patients in follow-up, whom no cohort with every second one ill tells about."""

FOLLOW_UP = 0.03
"""The share of patients in follow-up who may have recurrence, against 45 % in the paper's cohorts (DOMAIN.md)."""
