from django.urls import path

from . import desk, unsubscribing, views

urlpatterns = [
    path("mijn/berichten/", views.MyMessages.as_view(), name="my_messages"),
    path("mijn/bereikbaar/", views.MyReach.as_view(), name="my_reach"),
    path("mijn/instellingen/", views.MySettings.as_view(), name="my_settings"),
    path("afmelden/<str:token>/", unsubscribing.Unsubscribe.as_view(), name="unsubscribe"),
    path("werk/berichten/", desk.Undelivered.as_view(), name="undelivered"),
    path("werk/berichten/<int:message_id>/", desk.Settle.as_view(), name="settle_message"),
    path("mail/", views.sent_mail, name="sent_mail"),
]
