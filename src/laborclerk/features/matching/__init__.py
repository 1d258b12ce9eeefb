"""Who fits where, and why: people for a post, posts for a person, and what they answered."""
