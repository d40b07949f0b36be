from django.urls import path

from . import desk, own, reading, unreached

urlpatterns = [
    path("beloften/", reading.PromisesPage.as_view(), name="promises"),
    path("beloften/<slug:public_id>/", reading.PromisePage.as_view(), name="promise"),
    path("mijn/antwoorden/", own.MyAnswers.as_view(), name="my_answers"),
    path("werk/antwoorden/", desk.OwedPage.as_view(), name="answers_owed"),
    path("werk/antwoorden/niet-bereikt/", unreached.UnreachedPage.as_view(), name="unreached"),
    path(
        "werk/antwoorden/niet-bereikt/<int:number>/verteld/",
        unreached.TellInPerson.as_view(),
        name="tell_in_person",
    ),
    path("werk/antwoorden/niet-bereikt/<int:number>/afzien/", unreached.WaiveOne.as_view(), name="waive_one"),
    path("werk/antwoorden/<slug:public_id>/", desk.WriteAnswer.as_view(), name="write_answer"),
    path("werk/antwoorden/<slug:public_id>/concept/", desk.SaveAnswer.as_view(), name="save_answer"),
    path("werk/antwoorden/<slug:public_id>/bekijken/", desk.LookAtAnswer.as_view(), name="look_at_answer"),
    path("werk/antwoorden/<slug:public_id>/brief/", desk.SeeLetter.as_view(), name="see_letter"),
    path("werk/antwoorden/<slug:public_id>/stand/", desk.OwedSubjectPage.as_view(), name="owed_subject"),
    path("werk/antwoorden/<slug:public_id>/afspraak/", desk.ArrangeAnswer.as_view(), name="arrange_answer"),
    path("werk/antwoorden/<slug:public_id>/afzien/", desk.WaiveAnswers.as_view(), name="waive_answers"),
]
