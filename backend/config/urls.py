"""Every address of a portal, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("backend.proposals.web.urls")),
    path("", include("backend.feedback.web.urls")),
    path("", include("backend.discussion.web.moderation_urls")),
    path("", include("backend.discussion.web.urls")),
    path("", include("backend.identity.web.urls")),
    path("", include("backend.notifications.web.urls")),
    path("", include("backend.places.web.urls")),
    path("", include("backend.audit.web.urls")),
    path("api/v1/", include("backend.proposals.api.urls")),
]
handler404 = "backend.core.web.errors.not_found"
handler500 = "backend.core.web.errors.server_error"
