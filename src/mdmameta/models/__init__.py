"""Models as values: `fit(effects)` returns a `Fit`."""
