"""placeholder"""


def extend(*args: object) -> None:
    raise NotImplementedError
