"""Statistics as pure functions: arrays in, frozen results out. No torch here, and no Django.

Every figure is an `Estimate`: value, interval, level, method, n, and a reason where something cannot be estimated. What is
not estimable is None, never NaN. Arrays of the wrong shape and scores that are no numbers are a ValueError instead: they
are a mistake of the caller, not a property of the data.
"""
