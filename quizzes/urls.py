from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("<int:pk>/", views.attempt, name="attempt"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/flag/", views.flag, name="flag"),
    path("<int:pk>/overview/", views.overview, name="overview"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/review/", views.review, name="review"),
]
