"""A notice, a saved view of the register, a waiting job and a finished one, all of `own`."""

from datetime import timedelta

from django.utils import timezone

from common.files import store_result
from jobs.models import Job
from notifications.models import Notice
from tests.matrix_world import World
from web.models import SavedView


def build(world: World) -> None:
    own = world.people["own"]
    file = store_result(content=b"x", name="登记册.xlsx", content_type="application/octet-stream", by=own)
    soon = timezone.now() + timedelta(days=7)
    world.objects["notice"] = Notice.objects.create(person=own, kind="test", text="有新的待办", url="/")
    world.objects["saved_view"] = SavedView.objects.create(person=own, list_key="risks:register", name="一级风险", query="sort=number")
    world.objects["waiting_job"] = Job.objects.create(kind="register_export", title="导出登记册", owner=own)
    world.objects["finished_job"] = Job.objects.create(
        kind="register_export", title="导出登记册", owner=own, state="done", file=file, finished_at=timezone.now(), expires_at=soon
    )
