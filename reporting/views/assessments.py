"""Papers of the quarterly assessment to print: integrity opinions, the result sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.models import User
from assessments.models import EligibilityCheck, EligibilityLine, Result
from assessments.services.eligibility import record_paper
from reporting.documents import assessments as papers
from reporting.views.documents import download, key


def _the_user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_GET
def eligibility_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """《廉政审查意见》 on everybody in the check whose answer the person sees."""
    user = _the_user(request)
    check = get_object_or_404(EligibilityCheck.objects.visible_to(user).select_related("unit", "asked_by"), pk=key(pk))
    lines = list(EligibilityLine.objects.visible_to(user).filter(eligibility_check=check).order_by("order"))
    for line in lines:
        line.eligibility_check = check
    record_paper(eligibility_check=check, by=user, people=len(lines))
    return download(request, papers.opinion_file(check, lines), papers.opinion_name(check, lines))


@require_GET
def eligibility_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """《廉政审查意见》 on one person."""
    user = _the_user(request)
    related = ("eligibility_check__unit", "eligibility_check__asked_by")
    line = get_object_or_404(EligibilityLine.objects.visible_to(user).select_related(*related), pk=key(pk))
    record_paper(eligibility_check=line.eligibility_check, by=user, people=1)
    return download(request, papers.certificate_file(line), papers.opinion_name(line.eligibility_check, [line]))


@require_GET
def result_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """《季度廉政考核结果单》 for the committees, and for the assessed once it is shown."""
    user = _the_user(request)
    related = ("assessed__round__unit", "assessed__department", "reviewed_by", "confirmed_by")
    result = get_object_or_404(Result.objects.in_detail(user).select_related(*related), pk=key(pk))
    return download(request, papers.result_file(result), papers.result_name(result))
