"""Statements that PostgreSQL works on while we make ready what comes next.

A thread sends them over the connection of the transaction, one after the other; psycopg lets any thread use a connection, and waits for
the server without keeping Python from its work. All or nothing stays the transaction's.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

import psycopg
from django.db import connection

Work = Callable[[psycopg.Connection[Any]], object]

_WAITING = 2
"""Pieces of work handed over and not done: enough that PostgreSQL never waits, few enough to hold in memory."""
_TURN = 0.0005
"""Seconds after which Python lets the thread go on; with its usual 5 ms PostgreSQL waited a tenth of the time for the next bytes."""


class Beside:
    """Inside `with`, in a transaction: `send` hands work over, and any other statement of the block is an error but in `between`.

    The block ends when all is done. What PostgreSQL refuses is raised by a later `send` or at the end, as Django's own errors; what is
    under way by then is refused as well, and nothing more is begun.
    """

    def __init__(self) -> None:
        self._underway: deque[Future[object]] = deque()
        self._open = False

    def __enter__(self) -> "Beside":
        self._connection = connection.connection
        with ExitStack() as stack:
            self._pool = stack.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside"))
            stack.enter_context(connection.execute_wrapper(self._refuse))
            stack.callback(sys.setswitchinterval, sys.getswitchinterval())
            sys.setswitchinterval(_TURN)
            self._ending = stack.pop_all()
        return self

    def send(self, work: Work) -> None:
        """Have it done after all that was sent before; waits when too much is underway."""
        self._wait(_WAITING - 1)
        self._underway.append(self._pool.submit(work, self._connection))

    @contextmanager
    def between(self) -> Iterator[None]:
        """When all that was sent is done: statements of one's own may be sent in this block."""
        self._wait(0)
        self._open = True
        try:
            yield
        finally:
            self._open = False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._ending:
            try:
                if kind is None:
                    self._wait(0)
            finally:
                self._drop()

    def _wait(self, most: int) -> None:
        while len(self._underway) > most:
            with connection.wrap_database_errors:
                self._underway.popleft().result()

    def _drop(self) -> None:
        for work in self._underway:
            work.cancel()
        self._underway.clear()

    def _refuse(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if self._open:
            return execute(*statement)
        # It would wait for all that is underway, and the order of the statements would be a matter of chance.
        raise RuntimeError("no other statement can be sent while rows are written")
