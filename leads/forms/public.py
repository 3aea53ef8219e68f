"""What reporters fill in. Input shape only; rules are in `leads.services`."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.forms.uploads import SeveralFilesField
from leads.models import LeadMessage
from leads.services.receiving import CONTENT_LENGTH, NAME_LENGTH, TITLE_LENGTH

_FILES_HELP = _(
    "At most 5 files of 10 MB each: JPEG, PNG, PDF, Word (.docx), Excel (.xlsx), text (.txt). Place, time and device are removed from "
    "pictures. Word, Excel and PDF files may hold the name of whoever made them: a photograph or a screenshot is safer."
)


class ReportForm(forms.Form):
    """A report on the public page. `token` is the sealed receipt code of this form."""

    about = forms.CharField(
        label=_("Whom or what it is about"),
        max_length=NAME_LENGTH,
        help_text=_("Name and department or post, as far as you know them. Several may be named."),
    )
    title = forms.CharField(label=_("In one sentence"), max_length=TITLE_LENGTH)
    content = forms.CharField(
        label=pgettext_lazy("report", "What happened"),
        max_length=CONTENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Who did what, how often, which sums, who else knows of it, where it can be checked. Leave out what only you can know."
        ),
    )
    happened = forms.CharField(
        label=_("When and where"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=""
    )
    documents = SeveralFilesField(label=_("Pictures and documents"), help_text=_FILES_HELP)
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("How to reach you"), max_length=120, required=False, help_text=_("For example a telephone number; only with a name.")
    )
    token = forms.CharField(max_length=400, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """A receipt code, as it was written down."""

    code = forms.CharField(
        label=_("Receipt code"),
        max_length=40,
        help_text=_("16 letters and digits. Small letters, blanks and dashes make no difference."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    """What a reporter adds. `once` marks the form, so that a reload sends nothing twice."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LeadMessage._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    documents = SeveralFilesField(label=_("Pictures and documents"), help_text=_FILES_HELP)
    once = forms.CharField(max_length=64, widget=forms.HiddenInput)


class AskForm(forms.Form):
    """A question of the desk to the reporter."""

    text = forms.CharField(
        label=_("To the reporter"),
        max_length=LeadMessage._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The reporter reads it on the follow-up page. Name nobody who reported, and say nothing about how the case is handled."
        ),
    )


class FilesForm(forms.Form):
    """Files the desk adds."""

    documents = SeveralFilesField(label=_("Add files"), help_text=_("At most 5 files of 10 MB each. They are kept encrypted."))
