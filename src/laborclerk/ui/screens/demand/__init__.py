"""The register of demand in the window: posts, employers, and the people for a post."""
