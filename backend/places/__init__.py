"""Municipalities, districts, neighbourhoods and the portals through which people enter."""
