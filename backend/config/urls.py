"""Every address of the platform, app by app."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
handler404 = "backend.core.web.errors.not_found"
handler500 = "backend.core.web.errors.server_error"
