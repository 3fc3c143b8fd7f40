"""What agents have in common whose ears, mind and mouth are at a provider."""
