from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from . import my_data, retention, views

to_code = RedirectView.as_view(pattern_name="account_request_login_code", query_string=True)

# Of allauth only what signing in by code needs, by the names that it looks up.
urlpatterns = [
    path("aanmelden/", allauth_views.request_login_code, name="account_request_login_code"),
    path("aanmelden/code/", allauth_views.confirm_login_code, name="account_confirm_login_code"),
    path("aanmelden/wachtwoord/", to_code, name="account_login"),
    path("aanmelden/nieuw/", to_code, name="account_signup"),
    path("aanmelden/gesloten/", allauth_views.account_inactive, name="account_inactive"),
    path("mijn/gegevens/", my_data.MyData.as_view(), name="my_data"),
    path("mijn/gegevens/kopie/", my_data.MyCopy.as_view(), name="my_copy"),
    path("mijn/gegevens/kopie/<str:token>/", my_data.FetchCopy.as_view(), name="fetch_copy"),
    path("mijn/toestemmingen/", my_data.MyConsents.as_view(), name="my_consents"),
    path("mijn/weggaan/", my_data.Leave.as_view(), name="leave"),
    path("weggegaan/", my_data.Left.as_view(), name="left"),
    path("werk/bewaren/", retention.Retention.as_view(), name="retention"),
    path("werk/bewaren/<slug:purpose>/", retention.SetClock.as_view(), name="set_clock"),
    path("afmelden/", allauth_views.logout, name="account_logout"),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
