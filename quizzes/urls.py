from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("<int:pk>/", views.attempt, name="attempt"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/answers/", views.answers, name="answers"),
    path("<int:pk>/flag/", views.flag, name="flag"),
    path("<int:pk>/overview/", views.overview, name="overview"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/review/", views.review, name="review"),
    path("<int:pk>/practise/", views.practise, name="practise"),
    path("of/<uuid:quiz_key>/", views.history, name="history"),
]
