"""The household form: one household on one screen, keyboard down the page."""
