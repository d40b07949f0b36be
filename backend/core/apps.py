from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "backend.core"

    def ready(self) -> None:
        """What every app has to say of itself is known once all apps are loaded."""
        autodiscover_modules(
            "checks",
            "subscribers",
            "due",
            "record_words",
            "personal_data",
            "retention",
            "newsletter_blocks",
            "live",
        )
