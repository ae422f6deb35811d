from django.urls import path

from courses import sign_off_views, views

app_name = "courses"
urlpatterns = [
    path("courses/", views.catalogue, name="catalogue"),
    path("courses/resume/<uuid:registration>/", views.resume, name="resume"),
    path("courses/observations/<int:pk>/<slug:answer>/", sign_off_views.answer, name="answer_observation"),
    path("courses/<uuid:key>/", views.course, name="course"),
    path("courses/<uuid:key>/<uuid:activity_key>/", views.activity, name="activity"),
    path("courses/<uuid:key>/<uuid:activity_key>/complete/", views.complete, name="complete"),
    path("courses/<uuid:key>/<uuid:activity_key>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("courses/<uuid:key>/<uuid:activity_key>/start/", views.start_quiz, name="start_quiz"),
    path("courses/<uuid:key>/<uuid:activity_key>/ask/", sign_off_views.ask, name="ask"),
]
