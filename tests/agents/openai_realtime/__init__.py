"""Stories of the agent on OpenAI's Realtime API."""
