"""Simulated customers who listen to what the agent says and answer it."""
