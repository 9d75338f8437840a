"""A simulated scanner: phantom examinations sent slice by slice, time-compressed, and what the console decides of them."""
