"""Job fairs at any level, and what came of them."""
