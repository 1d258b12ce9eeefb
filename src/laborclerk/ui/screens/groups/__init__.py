"""纸表月报: paper forms and monthly reports of each group, villages shared among laptops."""
