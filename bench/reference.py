"""F, the reference page: the unit in which every action is measured. No address of the product leads here.

A signed-in view behind the whole middleware: session, person, one indexed query, a small template.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from lms.urls import urlpatterns as product_urls
from people.models import TeamMembership

ADDRESS = "/bench/reference/"


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    membership = TeamMembership.objects.select_related("team").filter(user=request.user).first()
    return render(request, "bench/reference.html", {"membership": membership})


urlpatterns = [path(ADDRESS.removeprefix("/"), reference), *product_urls]
