"""The register itself: places, households, persons; finding them; telling doubles."""
