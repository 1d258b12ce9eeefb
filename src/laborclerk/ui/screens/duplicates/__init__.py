"""Persons entered twice: two registrations side by side, one key to decide."""
