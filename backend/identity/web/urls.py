from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from backend.core.web.helping import open_to_helpers

from . import helping, joining, views

to_code = RedirectView.as_view(pattern_name="account_request_login_code", query_string=True)

# Only what signing in by code needs. The names are those that allauth looks up.
urlpatterns = [
    path("aanmelden/", allauth_views.request_login_code, name="account_request_login_code"),
    path("aanmelden/code/", allauth_views.confirm_login_code, name="account_confirm_login_code"),
    path("aanmelden/wachtwoord/", to_code, name="account_login"),
    path("aanmelden/nieuw/", to_code, name="account_signup"),
    path("aanmelden/gesloten/", allauth_views.account_inactive, name="account_inactive"),
    path("afmelden/", open_to_helpers(allauth_views.logout), name="account_logout"),
    path("werk/helpen/", helping.HelpDesk.as_view(), name="help_desk"),
    path("werk/helpen/stop/", helping.StopHelping.as_view(), name="stop_helping"),
    path("mijn/koppelen/", joining.JoinAccount.as_view(), name="join_account"),
    path("mijn/koppelen/afmaken/", joining.FinishJoining.as_view(), name="finish_joining"),
    path("mijn/koppelen/terug/", joining.GiveUpJoining.as_view(), name="give_up_joining"),
    path("mijn/hulp/", helping.MyHelp.as_view(), name="my_help"),
    path("mijn/hulp/<slug:public_id>/terug/", helping.TakeBackMandate.as_view(), name="take_back_mandate"),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
