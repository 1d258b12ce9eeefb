"""A county's own code lists."""
