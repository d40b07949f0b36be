from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "backend.core"

    def ready(self) -> None:
        """Every app's checks, reactions, due work and personal data are known once all apps are loaded."""
        autodiscover_modules("checks", "subscribers", "due", "personal_data", "retention")
