from django.db import migrations
from django.db.models import F


def expire_at_the_deadline(apps, schema_editor):
    """Attempts from before had no time to submit after their deadline."""
    apps.get_model("quizzes", "Attempt").objects.filter(expires_at=None).update(expires_at=F("deadline_at"))


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0004_whole_engine")]
    operations = [migrations.RunPython(expire_at_the_deadline, migrations.RunPython.noop)]
