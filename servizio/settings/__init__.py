"""Every setting of a shop: one typed tree, and where its values come from."""

from servizio.settings.loading import load_settings, locate
from servizio.settings.staff_token import new_staff_token, staff_token
from servizio.settings.tree import Settings

__all__ = ["Settings", "load_settings", "locate", "new_staff_token", "staff_token"]
