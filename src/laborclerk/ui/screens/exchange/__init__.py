"""上报: a township's changes to the county on a stick; the county takes them in."""
