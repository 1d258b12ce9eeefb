"""Who is wanted: employers and their posts (用工需求)."""
