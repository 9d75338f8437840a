"""The hands of the people of the paper's reader study, in a real browser."""
