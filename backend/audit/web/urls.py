from django.urls import path

from . import auditing, publishing

urlpatterns = [
    path("werk/logboek/", auditing.RecordPage.as_view(), name="record"),
    path("werk/logboek/opslaan.<slug:kind>", auditing.export, name="record_export"),
    path("werk/logboek/controle/", auditing.VerificationPage.as_view(), name="record_check"),
    path("logboek/", publishing.heads_page, name="daily_heads"),
    path("logboek/koppen.json", publishing.heads_json, name="daily_heads_json"),
]
