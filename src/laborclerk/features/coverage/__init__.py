"""Who is still missing: frame against visits against forms, at every level."""
