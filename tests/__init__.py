"""Tests by kind (unit, property, store, golden, gui, e2e, bench), mirrored by feature."""
