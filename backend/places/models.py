"""Municipalities, the areas the CBS divides them in, and the portals people enter by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.core.tenancy import MunicipalityModel


class Municipality(models.Model):
    """A municipality that uses this installation."""

    code = models.CharField(max_length=6, unique=True, help_text="CBS code, such as GM0363")
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A municipality, wijk or buurt as the CBS drew it in one year, for boundaries change every year."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        WIJK = "wijk", _("District")
        BUURT = "buurt", _("Neighbourhood")

    code = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=100)
    municipality_code = models.CharField(max_length=6, db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    boundary = models.JSONField(null=True, help_text="GeoJSON geometry, longitude before latitude (WGS 84)")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="area_once_per_year")]

    def __str__(self) -> str:
        return self.name


class Postcode(models.Model):
    """The neighbourhood a postcode lies in, by import."""

    postcode = models.CharField(max_length=6, primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")


class District(MunicipalityModel):
    """The part of a municipality that one portal serves: a set of areas with a name."""

    name = models.CharField(max_length=100)
    areas = models.ManyToManyField(Area, related_name="+")

    def __str__(self) -> str:
        return self.name


class Portal(MunicipalityModel):
    """One site under its own hostname and in its own house style."""

    slug = models.SlugField(unique=True)
    hostname = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=100)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    tagline = models.CharField(max_length=200, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField(blank=True)
    counter_address = models.CharField(
        max_length=200, blank=True, help_text="Where people get help in person"
    )
    map_latitude = models.FloatField(default=52.37)
    map_longitude = models.FloatField(default=4.87)
    map_zoom = models.PositiveSmallIntegerField(default=14)
    house_style = models.JSONField(
        default=dict, blank=True, help_text="Token name to value; see house_style.py"
    )

    def __str__(self) -> str:
        return self.name
