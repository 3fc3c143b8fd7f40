"""Simulated customers who ring over the real webhook and media stream, and speak."""
