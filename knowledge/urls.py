from django.urls import path

from knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:key>/", views.article, name="article"),
    path("<uuid:key>/acknowledge/", views.acknowledge, name="acknowledge"),
]
