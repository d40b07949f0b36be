from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from . import broker, views

to_code = RedirectView.as_view(pattern_name="account_request_login_code", query_string=True)

# Only what signing in by code needs. The names are those that allauth looks up.
urlpatterns = [
    path("aanmelden/", allauth_views.request_login_code, name="account_request_login_code"),
    path("aanmelden/code/", allauth_views.confirm_login_code, name="account_confirm_login_code"),
    path("aanmelden/wachtwoord/", to_code, name="account_login"),
    path("aanmelden/nieuw/", to_code, name="account_signup"),
    path("aanmelden/gesloten/", allauth_views.account_inactive, name="account_inactive"),
    path("aanmelden/via/<slug:broker_id>/", broker.broker_login, name="broker_login"),
    path("aanmelden/via/<slug:broker_id>/terug/", broker.broker_callback, name="broker_callback"),
    path("aanmelden/gelukt/<slug:outcome>/", broker.broker_result, name="broker_result"),
    path("afmelden/", allauth_views.logout, name="account_logout"),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
