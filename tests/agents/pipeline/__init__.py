"""Stories of the agent that is put together from parts."""
