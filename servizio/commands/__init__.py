"""What the commands do once they are understood. `servizio.cli` has their names and options."""
