from django.urls import path

from . import archive, desk, newsletter_desk, subscribing, unsubscribing, views

DESK = "werk/nieuwsbrief/"
DRAFT = f"{DESK}<slug:public_id>/"

urlpatterns = [
    path("mijn/berichten/", views.MyMessages.as_view(), name="my_messages"),
    path("mijn/instellingen/", views.MySettings.as_view(), name="my_settings"),
    path("afmelden/<str:token>/", unsubscribing.Unsubscribe.as_view(), name="unsubscribe"),
    path("werk/berichten/", desk.Undelivered.as_view(), name="undelivered"),
    path("werk/berichten/<int:message_id>/", desk.Settle.as_view(), name="settle_message"),
    path("mail/", views.sent_mail, name="sent_mail"),
    path("nieuwsbrief/", subscribing.AskForNewsletter.as_view(), name="newsletter"),
    path(
        "nieuwsbrief/bevestigen/<slug:token>/",
        subscribing.ConfirmNewsletter.as_view(),
        name="confirm_newsletter",
    ),
    path(
        "nieuwsbrief/afmelden/<slug:token>/",
        subscribing.UnsubscribeNewsletter.as_view(),
        name="unsubscribe_newsletter",
    ),
    path("nieuwsbrieven/", archive.Newsletters.as_view(), name="newsletters"),
    path("nieuwsbrieven/<slug:public_id>/", archive.NewsletterPage.as_view(), name="newsletter_page"),
    path(DESK, newsletter_desk.NewsletterDesk.as_view(), name="newsletter_desk"),
    path(f"{DESK}nieuw/", newsletter_desk.NewNewsletter.as_view(), name="new_newsletter"),
    path(DRAFT, newsletter_desk.NewsletterDraft.as_view(), name="newsletter_draft"),
    path(f"{DRAFT}woorden/", newsletter_desk.ChangeWords.as_view(), name="newsletter_words"),
    path(f"{DRAFT}kiezen/", newsletter_desk.AddItems.as_view(), name="newsletter_items"),
    path(f"{DRAFT}tekst/", newsletter_desk.AddText.as_view(), name="newsletter_text"),
    path(
        f"{DRAFT}tekst/<int:block_id>/", newsletter_desk.ChangeText.as_view(), name="change_newsletter_text"
    ),
    path(f"{DRAFT}deel/<int:block_id>/", newsletter_desk.ChangeBlock.as_view(), name="newsletter_block"),
    path(f"{DRAFT}voorbeeld/", newsletter_desk.PreviewNewsletter.as_view(), name="newsletter_preview"),
    path(f"{DRAFT}proef/", newsletter_desk.TestNewsletter.as_view(), name="newsletter_test"),
    path(f"{DRAFT}versturen/", newsletter_desk.SendNewsletter.as_view(), name="newsletter_send"),
    path(f"{DRAFT}weggooien/", newsletter_desk.ThrowNewsletterAway.as_view(), name="newsletter_away"),
]
