from allauth.account import views as allauth_views
from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from . import devices, my_second_factor, my_sign_in, sign_in, views

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
    path("aanmelden/nieuw/", to_code, name="account_signup"),
    path("aanmelden/gesloten/", allauth_views.account_inactive, name="account_inactive"),
    path("afmelden/", allauth_views.logout, name="account_logout"),
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
urlpatterns = [*signing_in, *confirming, *own]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("aanmelden/als/<slug:slug>/", views.demo_sign_in, name="demo_sign_in"))
