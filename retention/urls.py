from django.urls import include, path

app_name = "retention"
urlpatterns = [
    path("", include("retention.term_urls")),
    path("", include("retention.list_urls")),
    path("", include("retention.paper_urls")),
    path("", include("retention.execution_urls")),
    path("", include("retention.transfer_urls")),
    path("", include("retention.request_urls")),
]
