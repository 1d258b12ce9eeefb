"""Job seekers: who registered as looking for work, for what, until when (求职登记, B5)."""
