"""The work register (劳务输出台账): who works where since when, and how far that is known."""
