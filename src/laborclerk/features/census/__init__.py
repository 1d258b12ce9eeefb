"""The survey round: household forms, visits, entry checks, who is to be registered."""
