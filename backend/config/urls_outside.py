"""Addresses under a hostname that is no portal: the list of portals, and sent mail where that is shown."""

from django.urls import include, path

from backend.identity.web.views import front_page
from backend.notifications.web.views import sent_mail

urlpatterns = [
    path("", front_page, name="home"),
    path("mail/", sent_mail, name="sent_mail"),
    path("", include("backend.places.web.urls")),
]
handler404 = "backend.core.web.errors.not_found"
handler500 = "backend.core.web.errors.server_error"
