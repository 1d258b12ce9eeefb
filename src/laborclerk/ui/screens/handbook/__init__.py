"""手册发放: who got a handbook, what of it was checked, seasonal campaigns."""
