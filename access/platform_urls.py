from django.urls import path

from access import platform

app_name = "platform"
urlpatterns = [
    path("", platform.bureaus, name="bureaus"),
    path("nieuw/", platform.new_bureau, name="new_bureau"),
    path("<slug:slug>/ondersteuning/", platform.ask_support, name="ask_support"),
]
