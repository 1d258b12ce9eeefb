"""The home screen: the state of the census, and the list behind every number."""
