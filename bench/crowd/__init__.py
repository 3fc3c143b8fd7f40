"""A crowd at a shop's doors: telephones and an agent that take an order in a second."""
