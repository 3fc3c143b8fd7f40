"""The agent in the customer's role: rings a restaurant and reserves a table."""
