from django.urls import path

from . import acting, reading, writing

urlpatterns = [
    path("gesprek/<slug:thread_public_id>/", reading.ThreadPage.as_view(), name="thread"),
    path("gesprek/<slug:thread_public_id>/voor/", writing.ArgueFor.as_view(), name="argue_for"),
    path("gesprek/<slug:thread_public_id>/tegen/", writing.ArgueAgainst.as_view(), name="argue_against"),
    path("gesprek/<slug:thread_public_id>/vraag/", writing.AskQuestion.as_view(), name="ask_question"),
    path("gesprek/<slug:thread_public_id>/neem-mee/", writing.Summarise.as_view(), name="summarise"),
    path("gesprek/<slug:thread_public_id>/raad/", reading.CouncilTexts.as_view(), name="council_texts"),
    path("gesprek/<slug:thread_public_id>/gezien/", acting.Seen.as_view(), name="thread_seen"),
    path("tekst/<slug:public_id>/", reading.PostPage.as_view(), name="post"),
    path("tekst/<slug:public_id>/reageren/", writing.Reply.as_view(), name="reply"),
    path("tekst/<slug:public_id>/bewerken/", writing.EditText.as_view(), name="edit_text"),
    path("tekst/<slug:public_id>/intrekken/", writing.WithdrawText.as_view(), name="withdraw_text"),
    path("tekst/<slug:public_id>/overtuigend/", acting.Convincing.as_view(), name="convincing"),
    path("tekst/<slug:public_id>/vastzetten/", acting.Pin.as_view(), name="pin"),
    path("tekst/<slug:public_id>/gezien/", acting.RepliesSeen.as_view(), name="replies_seen"),
    path("tekst/<slug:public_id>/geschiedenis/", reading.History.as_view(), name="history"),
    path("spelregels/gesprek/", reading.DiscussionRules.as_view(), name="discussion_rules"),
]
