"""What is kept of work in the background that went wrong."""

from django.db import models


class Tried(models.Model):
    """A row with work that is put off when it goes wrong, and given up after some tries."""

    tries = models.PositiveSmallIntegerField(default=0)
    try_again_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
