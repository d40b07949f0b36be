"""Making portals, dressing them, and reading in areas and postcodes."""

from .areas import AreasReport, import_areas
from .portals import PortalDetails, create_portal, set_house_style
from .postcodes import PostcodesReport, import_postcodes

__all__ = [
    "AreasReport",
    "PortalDetails",
    "PostcodesReport",
    "create_portal",
    "import_areas",
    "import_postcodes",
    "set_house_style",
]
