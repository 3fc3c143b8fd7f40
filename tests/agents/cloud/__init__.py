"""Agents whose ears, mind and mouth are at a provider."""
