"""底册: editions of the household frame, what changed between them, households by hand."""
