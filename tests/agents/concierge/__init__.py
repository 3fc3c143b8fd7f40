"""The agent in the customer's role."""
