"""The settings of the tests for a process of its own, which sends by a real mail server."""

import os

from backend.config.settings.mail import smtp
from backend.config.settings.test import *  # noqa: F403  (settings modules extend each other)
from backend.config.settings.test import DATABASES

globals().update(smtp(os.environ["SENDING_SMTP_URL"]))
# A copy in a file, because no other process can open a database in memory.
if "SENDING_SQLITE" in os.environ:
    DATABASES["default"]["NAME"] = os.environ["SENDING_SQLITE"]
