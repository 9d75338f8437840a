"""How the databases are reached."""
