from django.urls import path

from . import views

urlpatterns = [
    path("mijn/berichten/", views.MyMessages.as_view(), name="my_messages"),
    path("mijn/instellingen/", views.MySettings.as_view(), name="my_settings"),
    path("mail/", views.sent_mail, name="sent_mail"),
]
