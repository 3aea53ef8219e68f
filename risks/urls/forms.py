"""Addresses of forms."""

from django.urls import path

from risks.views import forms, forms_entries, forms_places

urlpatterns = [
    path("", forms.my_forms, name="forms"),
    path("adjustment/", forms.adjustment, name="adjustment"),
    path("<int:pk>/", forms.form, name="form"),
    path("<int:pk>/begin/", forms.begin, name="form_begin"),
    path("<int:pk>/duties/", forms.duties, name="form_duties"),
    path("<int:pk>/commitment/", forms.commitment, name="form_commitment"),
    path("<int:pk>/check/", forms.check, name="form_check"),
    path("<int:pk>/sign/", forms.sign, name="form_sign"),
    path("<int:pk>/withdraw/", forms.withdraw, name="form_withdraw"),
    path("<int:pk>/cancel/", forms.cancel, name="form_cancel"),
    path("<int:pk>/paper/", forms.paper, name="form_paper"),
    path("<int:pk>/risks/", forms_entries.risks, name="form_risks"),
    path("<int:pk>/risks/add/", forms_entries.add, name="entry_add"),
    path("<int:pk>/risks/<int:entry_pk>/", forms_entries.entry, name="entry"),
    path("<int:pk>/risks/<int:entry_pk>/assess/", forms_entries.assess, name="entry_assess"),
    path("<int:pk>/risks/<int:entry_pk>/rule/", forms_entries.rule, name="entry_rule"),
    path("<int:pk>/risks/<int:entry_pk>/change/", forms_entries.change, name="entry_change"),
    path("<int:pk>/risks/<int:entry_pk>/delete/", forms_entries.delete, name="entry_delete"),
    path("<int:pk>/powers/<int:item_pk>/", forms_places.power, name="form_power"),
    path("<int:pk>/examined/", forms_places.examined, name="form_examined"),
    path("<int:pk>/examined/<int:examination_pk>/remove/", forms_places.unexamined, name="form_unexamined"),
]
