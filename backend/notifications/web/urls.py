from django.urls import path

from . import calls, desk, post, unsubscribing, views

urlpatterns = [
    path("mijn/berichten/", views.MyMessages.as_view(), name="my_messages"),
    path("mijn/bereikbaar/", views.MyReach.as_view(), name="my_reach"),
    path("mijn/instellingen/", views.MySettings.as_view(), name="my_settings"),
    path("afmelden/<str:token>/", unsubscribing.Unsubscribe.as_view(), name="unsubscribe"),
    path("werk/berichten/", desk.Undelivered.as_view(), name="undelivered"),
    path("werk/berichten/<int:message_id>/", desk.Settle.as_view(), name="settle_message"),
    path("werk/post/", post.Post.as_view(), name="post_desk"),
    path("werk/post/maken/", post.MakeLetters.as_view(), name="make_post"),
    path("werk/post/<slug:public_id>/", post.Batch.as_view(), name="post_batch"),
    path("werk/post/<slug:public_id>/bestand/", post.BatchFile.as_view(), name="post_file"),
    path("werk/bellen/", calls.CallList.as_view(), name="calls"),
    path("werk/bellen/<int:message_id>/", calls.Called.as_view(), name="called"),
    path("mail/", views.sent_mail, name="sent_mail"),
]
