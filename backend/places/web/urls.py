"""Addresses of this app."""

from django.urls import path

from . import views

app_name = "places"
urlpatterns = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("portalen/", views.portal_list, name="portals"),
    path("huisstijl/<slug:version>.css", views.house_style_css, name="house_style"),
]
