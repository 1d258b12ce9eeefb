"""What every part may use: problems, ids, clock, dates, progress. Standard library only."""
