"""Stand-ins for the companies Servizio talks to, misbehaviour included."""
