"""A report by the public with a file, and one that `own` made by name; both about a department head who is none of the relations."""

from leads.models import Lead
from leads.services import public
from leads.services.identity import keep_identity
from leads.services.receiving import LeadFacts, SubjectFacts, receive
from tests.leads.reports import upload
from tests.matrix_world import World


def build(world: World) -> None:
    about = world.home.departments[2].head
    unit = world.home.unit
    code = public.send(
        report=public.Report(unit, about.name, "公众反映的标题", "公众反映的内容"),
        code=public.new_code(),
        files=[upload("凭证.pdf", b"%PDF-1.4")],
    )
    reported = public.find(code)
    assert reported
    facts = LeadFacts(unit, "staff_report", "实名反映的标题", "实名反映的内容", [SubjectFacts(person=about)], is_named=True)
    own: Lead = receive(facts=facts, reporter=world.people["own"])
    keep_identity(lead=own, user=world.people["own"])
    world.objects |= {
        "unit_code": unit.code,
        "reported_lead": reported.public_id,
        "lead_file": reported.attachments.get(),
        "own_lead": own.public_id,
    }
