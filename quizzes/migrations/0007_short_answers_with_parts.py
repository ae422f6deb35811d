"""Writes accepted answers that were stored as mere texts with their part of the mark, as the editor writes them now."""

from uuid import uuid4

from django.db import migrations


def with_parts(accepted):
    """The items of the list; a mere text is meant literally."""
    for item in accepted:
        item = item if isinstance(item, dict) and "value" in item else {"type": "item", "id": str(uuid4()), "value": item}
        if isinstance(item["value"], str):
            text = item["value"].replace("*", "\\*")
            item = item | {"value": {"text": text, "fraction": "100", "feedback": ""}}
        yield item


def give_parts(apps, schema_editor):
    for question in apps.get_model("quizzes", "Question").objects.filter(body__0__type="short_text").iterator(500):
        [raw] = question.body.raw_data
        raw["value"]["accepted"] = list(with_parts(raw["value"]["accepted"]))
        question.body = [raw]
        question.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0006_every_question_type")]
    operations = [migrations.RunPython(give_parts, migrations.RunPython.noop)]
