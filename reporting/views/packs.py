"""“全部承诺表打包下载”: the forms of a campaign as one .zip, made by a job and found in “my files”."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from common.errors import NotPossible
from jobs import services as jobs
from reporting.form_pack import forms_of
from risks.models import Campaign


@require_POST
def campaign_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the job; only for what the person may read."""
    user = request.user
    if not isinstance(user, User) or pk >= 2**63:
        raise Http404
    campaign = get_object_or_404(Campaign.objects.visible_to(user), pk=pk)
    if not forms_of(user, campaign).exists():
        raise NotPossible(_("There is no form handed in that you may read."))
    title = _("Forms of %(campaign)s") % {"campaign": campaign}
    jobs.start(kind="campaign_forms", title=title, arguments={"campaign": campaign.pk}, by=user)
    messages.success(request, _("The forms are being put together. You find the file here when it is ready."))
    return redirect("jobs:index")
