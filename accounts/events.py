"""What happens at the door, announced to the audit trail (bound in config: accounts knows no app above it)."""

from common.hooks import Hook

signed_in = Hook("signed_in")  # user
signed_out = Hook("signed_out")  # user
sign_in_failed = Hook("sign_in_failed")  # staff_number as typed
account_changed = Hook("account_changed")  # action, user, by, changes, reason
# Somebody is about to become an administrator; upper apps raise DomainError when it must not be (posts, memberships). Facts: user.
role_given = Hook("role_given")
