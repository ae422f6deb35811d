from django.db import migrations, models
from django.db.models import F


def keep_names_as_the_default_ones(apps, schema_editor):
    apps.get_model("courses", "AssignmentRule").objects.update(name_en=F("name"))


class Migration(migrations.Migration):
    """The name of a rule in every language: people read it as the reason of what they were given."""

    dependencies = [
        ("courses", "0007_sign_off"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="assignmentrule",
                name=f"name_{language}",
                field=models.CharField(max_length=200, null=True, unique=True, verbose_name="name"),
            )
            for language in ("ar", "en", "ka")
        ),
        migrations.AlterField(
            model_name="assignmentrule",
            name="name",
            field=models.CharField(max_length=200, unique=True, verbose_name="name"),
        ),
        migrations.RunPython(keep_names_as_the_default_ones, migrations.RunPython.noop),
    ]
