from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import views

urlpatterns = [
    path("plans/", views.PlanList.as_view(), name="api_plans"),
    path("plans/<slug:public_id>/", views.PlanDetail.as_view(), name="api_plan"),
    path("rounds/", views.RoundList.as_view(), name="api_rounds"),
    path("rounds/<int:number>/protocol/", views.ProtocolDetail.as_view(), name="api_protocol"),
    path("schema.json", SpectacularJSONAPIView.as_view(api_version="v1"), name="api_schema"),
]
