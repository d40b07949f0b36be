"""What check-production tries of this app."""

from backend.core.checks import Trial, register_trial

from .services.keys import missing_keys


def _keys_are_complete() -> None:
    if missing := missing_keys():
        raise RuntimeError(f"{missing} keys that people were recognised by are not in the settings.")


register_trial(
    Trial(
        "identity_keys_complete",
        _keys_are_complete,
        "Put the former keys back in MEEBESLISSEN_IDENTITY_KEYS. Until then nobody can show where they live.",
    )
)
