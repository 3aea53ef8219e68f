"""Addresses of the powers pages."""

from django.urls import path

from positions.views import flow, powers, powers_items, rules

app_name = "powers"
urlpatterns = [
    path("", powers.index, name="index"),
    path("export/", powers.export, name="export"),
    path("export/later/", powers.export_later, name="export_later"),
    path("print/", powers.paper, name="print"),
    path("review/", powers.review, name="review"),
    path("findings/", powers.findings, name="findings"),
    path("versions/", powers.versions, name="versions"),
    path("versions/start/", powers.start, name="start"),
    path("versions/<int:pk>/", powers.catalogue, name="catalogue"),
    path("versions/<int:pk>/accept/", powers.accept, name="accept"),
    path("versions/<int:pk>/submit/", powers.submit, name="submit"),
    path("versions/<int:pk>/approve/", powers.approve, name="approve"),
    path("versions/<int:pk>/return/", powers.send_back, name="return"),
    path("versions/<int:pk>/publish/", powers.publish, name="publish"),
    path("items/new/", powers_items.new, name="new"),
    path("items/<int:pk>/", powers_items.detail, name="item"),
    path("items/<int:pk>/edit/", powers_items.edit, name="edit"),
    path("items/<int:pk>/autosave/", powers_items.autosave, name="autosave"),
    path("items/<int:pk>/versions/", powers_items.history, name="item-versions"),
    path("items/<int:pk>/merge/", powers_items.merge, name="merge"),
    path("items/<int:pk>/hand-in/", powers_items.hand_in, name="hand-in"),
    path("items/<int:pk>/agree/", powers_items.agree, name="agree"),
    path("items/<int:pk>/accept/", powers_items.accept, name="accept-item"),
    path("items/<int:pk>/return/", powers_items.send_back, name="return-item"),
    path("items/<int:pk>/reopen/", powers_items.reopen, name="reopen"),
    path("items/<int:pk>/remove/", powers_items.remove, name="remove"),
    path("items/<int:pk>/flow/", flow.editor, name="flow"),
    path("items/<int:pk>/flow/autosave/", flow.autosave, name="flow-autosave"),
    path("items/<int:pk>/flow/check/", flow.checked, name="flow-check"),
    path("items/<int:pk>/flow/print/", flow.paper, name="flow-print"),
    path("rules/", rules.index, name="rules"),
    path("rules/new/", rules.new, name="rule-new"),
    path("rules/<int:pk>/", rules.detail, name="rule"),
    path("rules/<int:pk>/edit/", rules.edit, name="rule-edit"),
    path("rules/<int:pk>/enact/", rules.enact, name="rule-enact"),
    path("rules/<int:pk>/repeal/", rules.repeal, name="rule-repeal"),
    path("rules/<int:pk>/file/", rules.file, name="rule-file"),
]
