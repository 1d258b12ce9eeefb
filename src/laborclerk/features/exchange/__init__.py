"""What the exchange asks of people: conflicts to decide, findings to look at, what came back."""
