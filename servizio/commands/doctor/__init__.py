"""`servizio doctor`: what is well with a shop, what is not, and what to do about it."""
