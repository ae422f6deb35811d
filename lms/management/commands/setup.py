from django.core.management.base import BaseCommand

from lms.site import ensure_site


class Command(BaseCommand):
    help = "Makes what a site needs before anybody writes content. Running it again changes nothing."

    def handle(self, **options):
        ensure_site()
        self.stdout.write("The site is set up.")
