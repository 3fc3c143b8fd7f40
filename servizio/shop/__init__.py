"""The trade, pure and synchronous: menu, cart, order, prices, hours, phone numbers."""
