"""What every test shares. The servers are started by tests/servers.py, before Django's settings are read."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
import pytest_django.fixtures
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from tests import database
from tests.query_counts import count_queries  # noqa: F401 -- a fixture for everybody

# The same examples every time, and no deadline: a busy machine is not a fault of the code.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# It makes a test database only when some test of the run is marked; fixtures of a module's own would else write to the real one.
pytest_django.fixtures._get_databases_for_setup = lambda items: ({"default"}, set())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Clone the test database from one in which all migrations have run."""
    if "LIANFANG_TEST_HOME" in os.environ:
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = database.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """After a test that commits, the rows of the migrations are put back, and nothing else stays."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.remember_seeds()
    TransactionTestCase._fixture_teardown = lambda _self: database.restore_seeds()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """Limits, counters and anything else kept in Valkey do not reach the next test, nor do keys of urns the test made."""
    known = _ballot_keys()
    yield
    cache.clear()
    for path in _ballot_keys() - known:
        path.unlink(missing_ok=True)


def _ballot_keys() -> set[Path]:
    """Those of a module's stage were there before the test and are needed by the next one."""
    folder = Path(settings.BALLOT_KEY_DIR)
    return set(folder.iterdir()) if folder.is_dir() else set()


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment for a process of ours (`manage.py`, a worker) that shall use this test's database and Valkey."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])
    return os.environ | {"DATABASE_URL": urlunsplit(url._replace(path=f"/{name}"))}


# Files of half a minute and more, the longest first. A file is run by one worker: begun last, such a one would leave the other idle.
LONG = (
    "security/test_fuzz.py",
    "test_permission_matrix.py",
    "e2e/test_tour.py",
    "e2e/test_roles.py",
    "security/test_regrading_secrecy.py",
    "security/test_lead_secrecy_crawl.py",
    "jobs/test_clock_faults.py",
    "jobs/test_tasks.py",
    "e2e/test_warnings.py",
    "early_warnings/test_warning_steps.py",
    "demo/test_runs.py",
    "leads/test_secrecy.py",
    "common/test_backup.py",
    "demo/test_demo.py",
    "deadlines/test_year.py",
    "reporting/test_dashboard_numbers.py",
    "tooling/test_start.py",
    "e2e/test_whole_way.py",
    "e2e/test_forms.py",
    "early_warnings/test_warning_stateful.py",
    "notifications/test_faults.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below tests/e2e drives a browser; long files come first."""
    turns = {database.ROOT / "tests" / name: turn for turn, name in enumerate(LONG)}
    for item in items:
        if "e2e" in item.path.relative_to(item.config.rootpath).parts:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: turns.get(item.path, len(turns)))
