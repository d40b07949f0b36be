"""`demo`: example portals, people and plans for an installation for trying out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from backend.places.demo import create_demo_portals

from ...demo import create_demo


class Command(BaseCommand):
    help = "Make the example portals with their people and plans. Only in an installation for trying out."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_SIGN_IN:
            raise CommandError("Example people may exist only where DEMO_SIGN_IN is on.")
        now = timezone.now()
        with transaction.atomic():
            portals = create_demo_portals(now)
            for portal in portals:
                create_demo(portal, now=now, with_plans=portal.slug == "west")
        for portal in portals:
            self.stdout.write(f"  {settings.SITE_ADDRESS.format(hostname=portal.hostname)}  {portal.name}")
