"""One folder a feature: a presenter in plain Python and a view that binds widgets to it."""
