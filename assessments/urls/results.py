"""Addresses of scoring, review, confirmation, results and appeals."""

from django.urls import path

from assessments.views import appeals, deciding, results, scoring

urlpatterns = [
    path("rounds/<int:pk>/scoring/", scoring.sheet, name="scoring"),
    path("rounds/<int:pk>/scoring/fill/", scoring.fill, name="scoring_fill"),
    path("rounds/<int:pk>/scoring/derive/", scoring.derive, name="scoring_derive"),
    path("rounds/<int:pk>/scoring/submit/", scoring.submit, name="scoring_submit"),
    path("scores/<int:pk>/", scoring.score, name="score"),
    path("scores/<int:pk>/cell/", scoring.cell, name="score_cell"),
    path("scores/<int:pk>/item/", scoring.item_new, name="score_item_new"),
    path("scores/items/<int:pk>/remove/", scoring.item_remove, name="score_item_remove"),
    path("scores/items/<int:pk>/overrule/", scoring.item_overrule, name="score_item_overrule"),
    path("rounds/<int:pk>/review/", deciding.review, name="review"),
    path("rounds/<int:pk>/review/sign/", deciding.review_sign, name="review_sign"),
    path("rounds/<int:pk>/review/return/", deciding.review_return, name="review_return"),
    path("rounds/<int:pk>/review/pass/", deciding.review_pass, name="review_pass"),
    path("rounds/<int:pk>/confirm/", deciding.confirm, name="confirm"),
    path("rounds/<int:pk>/confirm/sign/", deciding.confirm_sign, name="confirm_sign"),
    path("rounds/<int:pk>/confirm/back/", deciding.confirm_back, name="confirm_back"),
    path("rounds/<int:pk>/publish/", deciding.publish, name="publish"),
    path("rounds/<int:pk>/appeals/open/", deciding.open_appeals, name="open_appeals"),
    path("rounds/<int:pk>/finish/", deciding.finish, name="finish"),
    path("results/", results.mine, name="my_results"),
    path("results/summary/", results.summary, name="summary"),
    path("results/summary/export/", results.export, name="summary_export"),
    path("results/summary/export/later/", results.export_later, name="summary_export_later"),
    path("results/<int:pk>/", results.result, name="result"),
    path("results/<int:pk>/appeal/", appeals.new, name="appeal_new"),
    path("appeals/", appeals.index, name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("appeals/<int:pk>/withdraw/", appeals.withdraw, name="appeal_withdraw"),
    path("appeals/<int:pk>/reopen/", appeals.reopen, name="appeal_reopen"),
]
