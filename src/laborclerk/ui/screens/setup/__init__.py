"""First start: what kind of station, which place, who — a short wizard that needs no reading."""
