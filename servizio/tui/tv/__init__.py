"""The board on the wall, for customers."""
