from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms import acting_views, evidence_views, sign_off_views, views
from people import views as people_views

handler429 = "lms.errors.too_many_requests"  # asked for by allauth

urlpatterns = [
    path("", views.home, name="home"),
    path("paths/<uuid:key>/", views.path, name="path"),
    path("team/", views.board, name="board"),
    path("team/export.csv", views.board_export, name="board_export"),
    path("team/assign/", acting_views.assign, name="assign"),
    path("team/sign-offs/", sign_off_views.sign_off_list, name="sign_offs"),
    path("team/sign-offs/<int:pk>/", sign_off_views.sign_off, name="sign_off"),
    path("team/sign-offs/<int:pk>/withdraw/", sign_off_views.withdraw_sign_off, name="withdraw_sign_off"),
    path("team/<int:pk>/sign-offs/<uuid:activity_key>/", sign_off_views.start_sign_off, name="start_sign_off"),
    path("team/evidence/", evidence_views.evidence_of_team, name="evidence_of_team"),
    path("team/evidence/<int:pk>/", evidence_views.evidence_piece, name="evidence_piece"),
    path("team/<int:pk>/", acting_views.person, name="person"),
    path("team/<int:pk>/certify/<slug:code>/", acting_views.certify, name="certify"),
    path("team/<int:pk>/paths/<int:of>/<slug:action>/", acting_views.act_on_assignment, name="act_on_assignment"),
    path("team/<int:pk>/certificates/<str:public_id>/<slug:action>/", acting_views.act_on_award, name="act_on_award"),
    path("search/", views.search, name="search"),
    path("notifications/", people_views.notifications, name="notifications"),
    path("notifications/<int:pk>/open/", people_views.notification_open, name="notification_open"),
    path("notifications/read/", people_views.notifications_read, name="notifications_read"),
    path("notifications/settings/", people_views.notification_settings, name="notification_settings"),
    path("notifications/unsubscribe/<str:token>/", people_views.unsubscribe, name="unsubscribe"),
    path("language/", people_views.set_language, name="set_language"),
    path("media/<path:path>", views.media, name="media"),
    path("", include("courses.urls")),
    path("knowledge/", include("knowledge.urls")),
    path("attempts/", include("quizzes.urls")),
    path("", include("certifications.urls")),
    path("cms/", include("people.cms_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("people.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("pages/", RedirectView.as_view(pattern_name="home")),
    path("pages/", include(wagtail_urls)),
]
