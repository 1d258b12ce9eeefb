"""Coverage: nobody left out. Counts at six levels, gaps, sign-off, paper forms, collection."""
