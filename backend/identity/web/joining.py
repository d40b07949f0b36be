"""Joining what one did with a letter or at the counter to an e-mail address."""

from __future__ import annotations

from typing import Any

from backend.core.web.views import SignedInMixin

from ..permissions import can_be_joined
from .base import PortalPage
from .requests import person_of


class JoinAccount(SignedInMixin, PortalPage):
    """What joining does. The address itself is filled in, and shown by a code, on the page for that."""

    template_name = "identity/join_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_join=can_be_joined(person_of(self.request)), **kwargs)
