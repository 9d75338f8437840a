"""The demonstration's finished study: synthetic cases, simulated readers, through the same services as any other."""
