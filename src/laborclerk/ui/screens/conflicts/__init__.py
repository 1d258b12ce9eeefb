"""What stations say differently: side by side, one key to decide."""
