"""派遣: batches, who is in them, who arrived and who came home."""
