"""The product's settings in production, with the reference page beside the product's own addresses."""

from lms.settings import *  # noqa: F403
from lms.settings import BASE_DIR, STORAGES, TEMPLATES, VAR_DIR

ROOT_URLCONF = "bench.reference"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], BASE_DIR / "bench" / "templates"]
STATIC_ROOT = VAR_DIR / "bench" / "static"
# Hashed names as in production; compressing the files would only cost time before the run.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
# All the traffic comes from one address: the limit is counted as in production, but never reached.
ACCOUNT_RATE_LIMITS = {"login": "1000000/m/ip"}
