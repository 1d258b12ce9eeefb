"""One headless package a register or process, in order: each imports only those before it."""
