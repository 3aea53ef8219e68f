"""Giving numbers without gaps between committed transactions and never twice."""

from django.db import connection


def take(key: str, count: int = 1) -> int:
    """Reserve `count` consecutive numbers of the series and return the first. Call inside the transaction that uses them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_numberseries (key, last) VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET last = common_numberseries.last + EXCLUDED.last RETURNING last",
            [key, count],
        )
        last = cursor.fetchone()[0]
    return int(last) - count + 1


def give_back(key: str, count: int) -> None:
    """The last `count` numbers taken in this transaction are not used after all. Nobody else can have taken any since."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE common_numberseries SET last = last - %s WHERE key = %s", [count, key])
