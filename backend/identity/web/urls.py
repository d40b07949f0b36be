from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from backend.core.web.helping import open_to_helpers

from . import helping, joining, letters, lists, redeeming, roles, views

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
    path("brief/", redeeming.RedeemCode.as_view(), name="redeem_code"),
    path("werk/brieven/", lists.LettersDesk.as_view(), name="letters_desk"),
    path("werk/brieven/lijst/", lists.SendInList.as_view(), name="send_in_list"),
    path("werk/brieven/lijst/<slug:public_id>/", lists.ListPage.as_view(), name="resident_list"),
    path("werk/brieven/lijst/<slug:public_id>/kolommen/", lists.ListColumns.as_view(), name="list_columns"),
    path("werk/brieven/lijst/<slug:public_id>/invoeren/", lists.ConfirmList.as_view(), name="confirm_list"),
    path("werk/brieven/lijst/<slug:public_id>/weggooien/", lists.DiscardList.as_view(), name="discard_list"),
    path(
        "werk/brieven/lijst/<slug:public_id>/fouten.csv", lists.ListFindings.as_view(), name="list_findings"
    ),
    path(
        "werk/brieven/lijst/<slug:public_id>/brieven/", letters.StartLetters.as_view(), name="start_letters"
    ),
    path("werk/brieven/<slug:public_id>/", letters.RunPage.as_view(), name="letter_run"),
    path("werk/brieven/<slug:public_id>/bestand/", letters.LettersFile.as_view(), name="letters_file"),
    path("werk/brieven/<slug:public_id>/een-brief/", letters.OneLetter.as_view(), name="one_letter"),
    path("werk/brieven/<slug:public_id>/intrekken/", letters.RevokeLetters.as_view(), name="revoke_letters"),
    path("wie-doet-wat/", roles.who_does_what_page, name="who_does_what"),
    path("werk/rollen/", roles.RolesPage.as_view(), name="roles"),
    path("werk/rollen/geven/", roles.GiveRole.as_view(), name="role_give"),
    path("werk/rollen/<int:number>/", roles.ChangeRole.as_view(), name="role_change"),
    path("werk/rollen/<int:number>/beeindigen/", roles.EndRole.as_view(), name="role_end"),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
