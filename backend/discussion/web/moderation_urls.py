from django.urls import path

from . import moderation, moderation_acts, moderation_public

TEXT = "werk/modereren/tekst/<slug:public_id>/"
THREAD = "werk/modereren/gesprek/<slug:public_id>/"
OWN = "mijn/modereren/<slug:public_id>/"

urlpatterns = [
    path("moderatie/", moderation_public.moderation_figures, name="moderation_figures"),
    path("tekst/<slug:public_id>/melden/", moderation_public.ReportPost.as_view(), name="report_post"),
    path(OWN, moderation_public.MyModeration.as_view(), name="my_moderation"),
    path(f"{OWN}herschrijven/", moderation_public.MyRephrasing.as_view(), name="my_rephrasing"),
    path("werk/modereren/", moderation.Queue.as_view(), name="moderation_queue"),
    path("werk/modereren/gedaan/", moderation.DonePage.as_view(), name="moderation_done"),
    path("werk/modereren/pauzes/", moderation.PausesPage.as_view(), name="moderation_pauses"),
    path("werk/modereren/bezwaren/", moderation.ObjectionsPage.as_view(), name="moderation_objections"),
    path(
        "werk/modereren/bezwaar/<int:number>/",
        moderation.ObjectionPage.as_view(),
        name="moderation_objection",
    ),
    path("werk/modereren/belang/", moderation.InterestsPage.as_view(), name="moderation_interests"),
    path(
        "werk/modereren/belang/<slug:public_id>/",
        moderation.DeclareInterest.as_view(),
        name="declare_interest",
    ),
    path(TEXT, moderation.ItemPage.as_view(), name="moderation_item"),
    path(f"{TEXT}verbergen/", moderation_acts.Hide.as_view(), name="act_hide"),
    path(f"{TEXT}herschrijven/", moderation_acts.AskToRephrase.as_view(), name="act_rephrase"),
    path(f"{TEXT}doorlaten/", moderation_acts.Release.as_view(), name="act_release"),
    path(f"{TEXT}laten-staan/", moderation_acts.LeaveAsItIs.as_view(), name="act_leave"),
    path(f"{TEXT}tonen/", moderation_acts.Restore.as_view(), name="act_restore"),
    path(f"{TEXT}vroeger-wissen/", moderation_acts.ForgetBefore.as_view(), name="act_forget"),
    path(f"{TEXT}verplaatsen/", moderation_acts.Move.as_view(), name="act_move"),
    path(f"{TEXT}pauzeren/", moderation_acts.PauseWriter.as_view(), name="act_pause"),
    path(f"{THREAD}sluiten/", moderation_acts.CloseDiscussion.as_view(), name="close_discussion"),
    path(f"{THREAD}openen/", moderation_acts.ReopenDiscussion.as_view(), name="reopen_discussion"),
    path(
        "werk/modereren/pauze/<slug:public_id>/beeindigen/",
        moderation_acts.EndPause.as_view(),
        name="end_pause",
    ),
]
