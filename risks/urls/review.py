"""Addresses of the reviewers' pages."""

from django.urls import path

from risks.views import review

urlpatterns = [
    path("", review.queue, name="review"),
    path("batch/", review.batch, name="review_batch"),
    path("<int:pk>/", review.form, name="review_form"),
    path("<int:pk>/decide/", review.decide, name="review_decide"),
    path("entries/<int:pk>/comment/", review.comment, name="review_comment"),
]
