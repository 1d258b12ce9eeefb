"""入户: the households of a village as a list to work through."""
