class BackupError(Exception):
    """The message says what is wrong and what to do. Unless it says otherwise, nothing was changed."""


class BackupDamaged(BackupError):
    """The file is cut off, was changed, or is no backup."""


class WrongKey(BackupError):
    """The key is not the one with which the file was made."""
