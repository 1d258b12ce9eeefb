"""laborclerk: the offline-first labour register of counties and townships."""

__version__ = "0.1.0"
