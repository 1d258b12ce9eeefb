"""The command line: one thin file a feature, the same services as the window."""
