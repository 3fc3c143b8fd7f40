"""The barista console: what is to make, who is on the line, what is sold out."""
