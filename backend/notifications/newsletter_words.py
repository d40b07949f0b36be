"""The words of a newsletter, as its mail and its page say them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import Message, Newsletter, Subscription
from .rendering import Words, site_of, split
from .selectors.newsletters import parts_of
