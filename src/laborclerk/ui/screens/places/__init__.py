"""村组: townships, villages and groups, their leaders, and newer editions of the divisions."""
