"""The first run: a few questions, and the shop can be rung."""
