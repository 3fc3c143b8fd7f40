"""The pages of the shop in a browser: shop window, order board, staff page, ordering by voice."""
