import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_example_file_explains_each_setting_and_no_other():
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "lms/settings.py").read_text())
    read += re.findall(r'environ\.get\("([A-Z_]+)"', (ROOT / "gunicorn.conf.py").read_text())
    explained = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(read) == set(explained)
