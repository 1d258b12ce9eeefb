"""The change bundle: container, keys, enrolment, merge."""
