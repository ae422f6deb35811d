#!/usr/bin/env bash
# Runs Django's deployment checks as production would: nothing from a developer's environment or .env.
# The key of badges is the example of RFC 8037, which everybody knows.
#
#   scripts/check-production.sh .venv/bin/python
set -euo pipefail

exec env -i PATH="$PATH" HOME="${HOME:-/}" LANG=C.UTF-8 \
    DEBUG=0 \
    SECRET_KEY="a-key-for-the-deployment-check-only-0123456789-ABCDEFGHIJ" \
    ALLOWED_HOSTS=learn.example.org \
    CSRF_TRUSTED_ORIGINS=https://learn.example.org \
    SITE_URL=https://learn.example.org \
    DATABASE_URL=sqlite:///:memory: \
    EMAIL_URL=smtp://localhost:25 \
    BADGE_SIGNING_KEY='{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}' \
    "$1" manage.py check --deploy --fail-level WARNING
