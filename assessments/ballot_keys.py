"""The key of a round's urns: made when the appraisal opens, destroyed when it ends (ADR 0014)."""

from functools import partial

from django.db import transaction

from assessments.models import BallotKey, Round
from assessments.states import RoundState
from common import key_files
from common.key_files import KeyUnusable

# A file is written before the row that names it is committed; a younger one without a row may just be on its way.
ORPHAN_SECONDS = 24 * 3600

__all__ = ["KeyUnusable", "destroy_after_commit", "make", "named", "of", "sweep"]


def make(round: Round) -> bytes:
    """A new key for a round. On the disk at once; if the transaction is undone, `sweep` removes the file."""
    name, key = key_files.make()
    BallotKey.objects.create(round=round, name=name)
    return key


def of(round_id: int) -> bytes:
    """The key of a round whose appraisal is open. Raises KeyUnusable when it has none, or when its file is missing or foreign."""
    return named(BallotKey.objects.filter(pk=round_id).values_list("name", flat=True).first())


def named(name: str | None) -> bytes:
    """The key of that name. Raises KeyUnusable as `of` does."""
    if name is None:
        raise KeyUnusable("The round has no key: its appraisal is not open.")
    return key_files.read(name)


def destroy_after_commit(round: Round) -> None:
    """Forget where the key lies, and destroy it once that is committed; what a crash leaves behind, `sweep` finds."""
    found = BallotKey.objects.filter(pk=round.pk)
    for name in found.values_list("name", flat=True):
        transaction.on_commit(partial(key_files.destroy, name), robust=True)
    found.delete()


def sweep() -> int:
    """Destroy every key that no open appraisal needs any more; returns how many. Safe to run twice, and beside anything else."""
    ended = BallotKey.objects.exclude(round__state=RoundState.RATING)
    names = set(ended.values_list("name", flat=True))
    ended.filter(name__in=names).delete()
    # Files are listed before the rows are read: one that is made meanwhile is not in the list.
    files = set(key_files.names(older_than=ORPHAN_SECONDS))
    names |= files - set(BallotKey.objects.values_list("name", flat=True))
    for name in names:
        key_files.destroy(name)
    return len(names)
