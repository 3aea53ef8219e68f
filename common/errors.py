"""What a service raises when it will not do something. The message is for the user, in the user's language."""


class DomainError(Exception):
    """Nothing was changed; the message says why and what to do. Shown as a page or a part with status 422."""

    status = 422

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """This person may see the object but may not do this to it (403)."""

    status = 403


class NotPossible(DomainError):
    """Not in the object's present state (409)."""

    status = 409


class Conflict(DomainError):
    """Somebody else changed the object since the form was opened; nothing was overwritten (409)."""

    status = 409
