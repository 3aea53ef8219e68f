"""Input about templates: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.paper_templates.package import MAX_BYTES, MEBIBYTE


class UploadTemplateForm(forms.Form):
    """The file, and why it was changed."""

    file = forms.FileField(
        label=_("Word file (.docx)"),
        help_text=_("At most %(limit)d MB. Drag the file here or choose it.") % {"limit": MAX_BYTES // MEBIBYTE},
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )
    note = forms.CharField(label=_("What was changed"), max_length=200, required=False)
