"""What stands on record about places, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(
    actions={
        "places.areas_imported": _("Read in areas"),
        "places.postcodes_imported": _("Read in postcodes"),
        "places.portal_created": _("Opened a portal"),
        "places.house_style_set": _("Changed the house style"),
    },
    targets={
        "places.municipality": _("Municipality"),
        "places.portal": _("Portal"),
    },
)
