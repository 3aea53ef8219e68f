"""Addresses of the register, its points and measures."""

from django.urls import path

from risks.views import measures, points, register

urlpatterns = [
    path("", register.register, name="register"),
    path("export/", register.export, name="register_export"),
    path("export/later/", register.export_later, name="register_export_later"),
    path("positions/", register.position_levels, name="position_levels"),
    path("positions/export/", register.export_levels, name="position_levels_export"),
    path("positions/export/later/", register.export_levels_later, name="position_levels_export_later"),
    path("<int:pk>/", points.point, name="risk"),
    path("<int:pk>/level/", points.level, name="risk_level"),
    path("<int:pk>/target/", points.target, name="risk_target"),
    path("<int:pk>/holder/", points.holder, name="risk_holder"),
    path("<int:pk>/retire/", points.retire, name="risk_retire"),
    path("<int:pk>/restore/", points.restore, name="risk_restore"),
    path("<int:pk>/share/", points.share, name="risk_share"),
    path("<int:pk>/adjustment/", points.adjustment, name="risk_adjustment"),
    path("<int:pk>/measures/add/", measures.add, name="measure_add"),
    path("measures/", measures.measures, name="measures"),
    path("measures/export/", measures.export, name="measures_export"),
    path("measures/export/later/", measures.export_later, name="measures_export_later"),
    path("measures/<int:pk>/edit/", measures.edit, name="measure_edit"),
    path("measures/<int:pk>/report/", measures.report, name="measure_report"),
    path("measures/<int:pk>/confirm/", measures.confirm, name="measure_confirm"),
    path("measures/<int:pk>/reject/", measures.reject, name="measure_reject"),
    path("measures/<int:pk>/drop/", measures.drop, name="measure_drop"),
    path("measures/<int:pk>/proof/", measures.proof, name="measure_proof"),
]
