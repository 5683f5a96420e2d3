"""Settings of the tests: those of the product, fast, and deaf to what a developer has configured.

pytest loads settings before any conftest, so the environment is put right here.
"""

import atexit
import os
import shutil
import tempfile

for _name in ("ALLOWED_HOSTS", "BIND", "DEBUG", "EMAIL_URL", "SECRET_KEY", "SITE_URL"):
    os.environ.pop(_name, None)
os.environ["ENV_FILE"] = os.devnull
if "TESTS_VAR_DIR" not in os.environ:  # the processes of pytest-xdist share their parent's
    os.environ["TESTS_VAR_DIR"] = tempfile.mkdtemp(prefix="owed-tests-")
    atexit.register(shutil.rmtree, os.environ["TESTS_VAR_DIR"], ignore_errors=True)
os.environ["VAR_DIR"] = os.environ["TESTS_VAR_DIR"]

from config.settings import *
from tests.undefined import UndefinedText

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EVIDENCE_MIN_FREE_PERCENT = 0  # whatever else lies on the disk of a developer
WHITENOISE_AUTOREFRESH = True  # serve static/ as it lies, without collectstatic

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file and not in memory, so that threads and processes that race meet the product's own
    # locks. No test cuts the power, so nothing waits for the disk.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    # Tables straight from the models, ten seconds sooner in each process. The migrations run in
    # tests/test_first_run.py, and on PostgreSQL before everything else.
    MIGRATION_MODULES = dict.fromkeys(app.rpartition(".")[2] for app in INSTALLED_APPS)
else:
    # A server that was set up without a language makes databases that know no letters but English.
    DATABASES["default"]["TEST"] = {"CHARSET": "UTF8", "TEMPLATE": "template0"}

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedText()
LOGGING["filters"] = {"undefined": {"()": "tests.undefined.FailOnUndefined"}}
LOGGING["loggers"] = {"django.template": {"level": "DEBUG", "filters": ["undefined"]}}
