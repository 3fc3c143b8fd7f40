"""The screens of the shop: console and TV, both clients of the API."""
