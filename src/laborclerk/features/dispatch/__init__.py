"""派遣: batches of workers to one destination, from the plan to the return, and their rosters."""
