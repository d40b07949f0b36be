from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "backend.identity"
    default = True


class DevicesConfig(UserSessionsConfig):  # type: ignore[misc]  # allauth carries no types
    """The table of sessions is allauth's. What is written in it is ours (services.devices): no addresses."""

    def ready(self) -> None:
        """Without allauth's own writing, which keeps the network's address and looks at every session."""
