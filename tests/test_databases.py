"""Each test, one that commits too, starts from the same migrated and set up database."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import TransactionTestCase
from wagtail.models import Locale, Site

from people.models import User


class AfterATestThatCommits(TransactionTestCase):
    """Both tests find what the set-up made and destroy it: whichever runs second shows that it came back."""

    def find_and_destroy(self):
        assert sorted(Locale.objects.values_list("language_code", flat=True)) == ["ar", "en", "ka"]
        assert Site.objects.filter(is_default_site=True).count() == 1
        assert not User.objects.exists()
        Site.objects.all().delete()
        User.objects.create_user(email="nino@example.com", password="a", name="Nino")

    def test_the_set_up_is_there(self):
        self.find_and_destroy()

    def test_the_set_up_is_there_again(self):
        self.find_and_destroy()


@pytest.mark.django_db
def test_a_process_that_a_test_starts_works_on_the_test_database():
    name = str(connection.settings_dict["NAME"])
    code = (
        "import django; django.setup(); from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    )
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == name
    assert urlsplit(os.environ["DATABASE_URL"]).path.endswith(name)
