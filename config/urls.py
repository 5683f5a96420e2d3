"""All addresses. Each app names its own; names are global and equal the view's name."""

from django.urls import include, path

urlpatterns = [
    path("", include("escalation.sign_up_urls")),
    path("", include("campaigns.urls")),
    path("", include("letters.urls")),
    path("", include("escalation.urls")),
    path("", include("config.site_urls")),
    path("account/", include("config.account_urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
