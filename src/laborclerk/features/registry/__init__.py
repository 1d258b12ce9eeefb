"""The places, households and persons that every other register points at."""
