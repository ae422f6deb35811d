from django.urls import path

from certifications import badge_views, evidence_views, views

app_name = "certifications"
urlpatterns = [
    path("certificates/<str:public_id>/", views.certificate, name="certificate"),
    path("certificates/<str:public_id>/pdf/", views.pdf, name="pdf"),
    path("certificates/<str:public_id>/proof/", views.proof, name="proof"),
    path("certificates/<str:public_id>/badge.<str:kind>", badge_views.badge, name="badge"),
    path("evidence/", evidence_views.evidence, name="evidence"),
    path("evidence/<slug:code>/", evidence_views.hand_in, name="hand_in"),
    path("evidence/<int:pk>/file/", evidence_views.evidence_file, name="evidence_file"),
    path("evidence/<int:pk>/withdraw/", evidence_views.withdraw, name="withdraw"),
    path("verify/", views.check, name="check"),
    path("verify/<str:public_id>/", views.verify, name="verify"),
    path(".well-known/jwks.json", badge_views.jwks, name="jwks"),
    path("badges/keys/<str:thumbprint>/", badge_views.badge_key, name="badge_key"),
    path("badges/issuer/", badge_views.issuer, name="issuer"),
    path("badges/achievements/<slug:code>/", badge_views.achievement, name="achievement"),
    path("badges/status/<slug:purpose>/<int:number>/", badge_views.status_list, name="status_list"),
]
