from django.urls import path

from certifications import views

app_name = "certifications"
urlpatterns = [
    path("certificates/<str:public_id>/", views.certificate, name="certificate"),
    path("certificates/<str:public_id>/pdf/", views.pdf, name="pdf"),
    path("verify/<str:public_id>/", views.verify, name="verify"),
]
