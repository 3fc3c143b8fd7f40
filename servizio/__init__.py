"""Servizio: phone ordering for a small shop."""

__version__ = "0.1.0"
