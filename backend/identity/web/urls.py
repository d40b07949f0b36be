from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from backend.core.web.helping import open_to_helpers

from . import (
    broker,
    devices,
    helping,
    joining,
    letters,
    lists,
    my_data,
    my_second_factor,
    my_sign_in,
    redeeming,
    retention,
    roles,
    sign_in,
    views,
)

to_code = RedirectView.as_view(pattern_name="account_request_login_code", query_string=True)

# Only what is used here. Names that begin with account_ and mfa_ are those that allauth looks up.
signing_in = [
    path("aanmelden/", allauth_views.request_login_code, name="account_request_login_code"),
    # Where allauth sends somebody who has to begin again: to the plainest way.
    path("aanmelden/", allauth_views.request_login_code, name="account_login"),
    path("aanmelden/code/", sign_in.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("aanmelden/wachtwoord/", sign_in.PasswordSignIn.as_view(), name="password_sign_in"),
    path("aanmelden/passkey/", sign_in.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("aanmelden/tweede-stap/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("aanmelden/via/<slug:broker_id>/", broker.broker_login, name="broker_login"),
    path("aanmelden/via/<slug:broker_id>/terug/", broker.broker_callback, name="broker_callback"),
    path("aanmelden/gelukt/<slug:outcome>/", broker.broker_result, name="broker_result"),
    path("aanmelden/nieuw/", to_code, name="account_signup"),
    path("aanmelden/gesloten/", allauth_views.account_inactive, name="account_inactive"),
    path("afmelden/", open_to_helpers(allauth_views.logout), name="account_logout"),
]
confirming = [
    path("aanmelden/opnieuw/", sign_in.ChooseWayToConfirm.as_view(), name="reauthenticate"),
    path("aanmelden/opnieuw/code/", sign_in.ConfirmByCode.as_view(), name="reauthenticate_by_code"),
    path("aanmelden/opnieuw/wachtwoord/", sign_in.ConfirmByPassword.as_view(), name="account_reauthenticate"),
    path("aanmelden/opnieuw/app/", sign_in.ConfirmByApp.as_view(), name="mfa_reauthenticate"),
    path(
        "aanmelden/opnieuw/passkey/", sign_in.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"
    ),
]
own = [
    path("mijn/aanmelden/", my_sign_in.MySignIn.as_view(), name="my_sign_in"),
    path("mijn/aanmelden/", my_sign_in.MySignIn.as_view(), name="mfa_index"),
    path("mijn/aanmelden/adres/", my_sign_in.ChangeAddress.as_view(), name="change_address"),
    path("mijn/aanmelden/adres/code/", my_sign_in.ConfirmAddress.as_view(), name="confirm_address"),
    path("mijn/aanmelden/wachtwoord/", my_sign_in.MyPassword.as_view(), name="my_password"),
    path("mijn/aanmelden/wachtwoord/weg/", my_sign_in.RemovePassword.as_view(), name="remove_password"),
    path("mijn/aanmelden/tweede-stap/", my_second_factor.SecondFactor.as_view(), name="second_factor"),
    path("mijn/aanmelden/app/", my_second_factor.AddApp.as_view(), name="mfa_activate_totp"),
    path("mijn/aanmelden/app/weg/", my_second_factor.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("mijn/aanmelden/passkey/", my_second_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "mijn/aanmelden/passkey/<int:pk>/naam/",
        my_second_factor.NamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "mijn/aanmelden/passkey/<int:pk>/weg/",
        my_second_factor.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "mijn/aanmelden/herstelcodes/",
        my_second_factor.MyRecoveryCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path("mijn/apparaten/", devices.MyDevices.as_view(), name="my_devices"),
]
own_data = [
    path("mijn/gegevens/", my_data.MyData.as_view(), name="my_data"),
    path("mijn/gegevens/kopie/", my_data.MyCopy.as_view(), name="my_copy"),
    path("mijn/gegevens/kopie/<str:token>/", my_data.FetchCopy.as_view(), name="fetch_copy"),
    path("mijn/toestemmingen/", my_data.MyConsents.as_view(), name="my_consents"),
    path("mijn/weggaan/", my_data.Leave.as_view(), name="leave"),
    path("weggegaan/", my_data.Left.as_view(), name="left"),
    path("werk/bewaren/", retention.Retention.as_view(), name="retention"),
    path("werk/bewaren/<slug:purpose>/", retention.SetClock.as_view(), name="set_clock"),
]
helping_each_other = [
    path("werk/helpen/", helping.HelpDesk.as_view(), name="help_desk"),
    path("werk/helpen/stop/", helping.StopHelping.as_view(), name="stop_helping"),
    path("mijn/koppelen/", joining.JoinAccount.as_view(), name="join_account"),
    path("mijn/hulp/", helping.MyHelp.as_view(), name="my_help"),
    path("mijn/hulp/<slug:public_id>/terug/", helping.TakeBackMandate.as_view(), name="take_back_mandate"),
]
letters_with_codes = [
    path("brief/", redeeming.RedeemCode.as_view(), name="redeem_code"),
    path("werk/brieven/", lists.LettersDesk.as_view(), name="letters_desk"),
    path("werk/brieven/lijst/", lists.SendInList.as_view(), name="send_in_list"),
    path("werk/brieven/lijst/<slug:public_id>/", lists.ListPage.as_view(), name="resident_list"),
    path("werk/brieven/lijst/<slug:public_id>/kolommen/", lists.ListColumns.as_view(), name="list_columns"),
    path("werk/brieven/lijst/<slug:public_id>/invoeren/", lists.ConfirmList.as_view(), name="confirm_list"),
    path("werk/brieven/lijst/<slug:public_id>/opnieuw/", lists.CheckListAgain.as_view(), name="check_again"),
    path("werk/brieven/lijst/<slug:public_id>/weggooien/", lists.DiscardList.as_view(), name="discard_list"),
    path(
        "werk/brieven/lijst/<slug:public_id>/fouten.csv", lists.ListFindings.as_view(), name="list_findings"
    ),
    path(
        "werk/brieven/lijst/<slug:public_id>/brieven/", letters.StartLetters.as_view(), name="start_letters"
    ),
    path("werk/brieven/<slug:public_id>/", letters.RunPage.as_view(), name="letter_run"),
    path("werk/brieven/<slug:public_id>/bestand/", letters.LettersFile.as_view(), name="letters_file"),
    path("werk/brieven/<slug:public_id>/opnieuw/", letters.PrintAgain.as_view(), name="print_again"),
    path("werk/brieven/<slug:public_id>/een-brief/", letters.OneLetter.as_view(), name="one_letter"),
    path("werk/brieven/<slug:public_id>/intrekken/", letters.RevokeLetters.as_view(), name="revoke_letters"),
]
roles_per_place = [
    path("wie-doet-wat/", roles.who_does_what_page, name="who_does_what"),
    path("werk/rollen/", roles.RolesPage.as_view(), name="roles"),
    path("werk/rollen/geven/", roles.GiveRole.as_view(), name="role_give"),
    path("werk/rollen/<int:number>/", roles.ChangeRole.as_view(), name="role_change"),
    path("werk/rollen/<int:number>/beeindigen/", roles.EndRole.as_view(), name="role_end"),
]
urlpatterns = [
    *signing_in,
    *confirming,
    *own,
    *own_data,
    *helping_each_other,
    *letters_with_codes,
    *roles_per_place,
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
