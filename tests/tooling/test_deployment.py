"""The image and the compose file, as far as they can be checked where no Docker runs."""

import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
OURS = {"migrate", "web", "worker", "beat"}
# The keys the compose specification has for a service, as far as we could ever want them: a typing error is found.
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "env_file", "environment", "healthcheck", "image", "ports"),
    *("read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes"),
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "disable"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    """The instructions, a continued line joined to one."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_services_have_only_known_keys_and_start_again(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"postgres", "redis", *OURS}
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("healthcheck", {})) <= HEALTH_KEYS, name
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_dependencies_exist_and_can_be_waited_for(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in compose["services"][other]["healthcheck"]
            else:
                assert how["condition"] == "service_completed_successfully"
                assert compose["services"][other]["restart"] == "no"


def test_volumes_are_declared_and_all_state_is_in_them(compose: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_every_variable_of_the_compose_file_is_in_the_example(compose: dict[str, Any]) -> None:
    wanted = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text("utf-8")))
    offered = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert wanted <= offered
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "HTTPS"} <= offered


def test_nothing_but_the_web_server_is_reachable_from_the_host(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_our_containers_have_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_image_runs_as_an_account_of_its_own_and_is_watched(dockerfile: list[str]) -> None:
    last_stage = dockerfile[max(i for i, line in enumerate(dockerfile) if line.startswith("FROM")) :]
    assert "USER lianfang" in last_stage
    assert any(line.startswith("HEALTHCHECK") for line in last_stage)
    assert not any("SECRET_KEY" in line for line in last_stage)


def test_image_copies_only_what_exists(dockerfile: list[str]) -> None:
    for line in dockerfile:
        words = shlex.split(line)
        if words[0] == "COPY" and not words[1].startswith("--from"):
            assert all((ROOT / source).exists() for source in words[1:-1]), line


def test_commands_name_programs_that_are_installed(compose: dict[str, Any], dockerfile: list[str]) -> None:
    commands = [compose["services"][name]["command"] for name in OURS if "command" in compose["services"][name]]
    commands += [yaml.safe_load(line.split(" ", 1)[1]) for line in dockerfile if line.startswith("CMD")]
    for program, *arguments in commands:
        if program == "python":
            assert (ROOT / arguments[0]).exists()
        else:
            assert importlib.util.find_spec(program) is not None
    assert importlib.util.find_spec("config.healthcheck") is not None
    assert importlib.util.find_spec("config.wsgi") is not None


def test_secrets_and_working_copies_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".env", ".venv", ".lianfang", "node_modules"} <= set(ignored)
