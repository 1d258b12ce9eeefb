"""Widgets that screens are built from."""
