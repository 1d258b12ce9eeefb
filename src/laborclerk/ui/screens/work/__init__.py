"""The screen of the work register."""
