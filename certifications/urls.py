from django.urls import path

from certifications import badge_views, views

app_name = "certifications"
urlpatterns = [
    path("certificates/<str:public_id>/", views.certificate, name="certificate"),
    path("certificates/<str:public_id>/pdf/", views.pdf, name="pdf"),
    path("certificates/<str:public_id>/proof/", views.proof, name="proof"),
    path("certificates/<str:public_id>/badge.<str:kind>", badge_views.badge, name="badge"),
    path("verify/", views.check, name="check"),
    path("verify/<str:public_id>/", views.verify, name="verify"),
    path(".well-known/jwks.json", badge_views.jwks, name="jwks"),
    path("badges/keys/<str:thumbprint>/", badge_views.badge_key, name="badge_key"),
    path("badges/issuer/", badge_views.issuer, name="issuer"),
    path("badges/achievements/<slug:code>/", badge_views.achievement, name="achievement"),
    path("badges/status/<slug:purpose>/<int:number>/", badge_views.status_list, name="status_list"),
]
