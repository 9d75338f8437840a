"""What granian runs (`--interface asginl radapp.asgi:application`): streams and stored images here, the rest by WSGI.

Django's own ASGI handler costs a millisecond a request, and a stream would hold a WSGI thread; so the streams, which only
wait, live on the event loop; so does what only has to be sent as it is stored (radapp.ahead); and the rest runs on a pool of
threads.
"""

import ctypes
import multiprocessing
import os
import signal

from radapp.wsgi import application as wsgi_application  # first: it sets Django up

from radapp.ahead.behind import Behind  # isort: skip
from radapp.ahead.door import DOOR  # isort: skip
from radapp.live import table_watch  # isort: skip
from radapp.live.console_stream import console_events, is_console_stream  # isort: skip
from radapp.live.stream import Receive, Scope, Send, events, is_stream_request  # isort: skip
from radapp.longlived import keep_what_is_there  # isort: skip
from radapp.upstream import patience  # isort: skip

PR_SET_PDEATHSIG = 1
THREADS, UPLOADS = 16, 32  # most wait, for a disk or for what comes


def end_with_parent() -> None:
    """In a process that granian has started to serve: end when granian is killed, else it takes requests beside the next."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent.pid:
            raise SystemExit("the process that started this one is gone")


end_with_parent()
_django = patience.patient(
    Behind(wsgi_application, workers=THREADS, uploads=UPLOADS), Behind(wsgi_application, workers=patience.THREADS)
)
table_watch.start()
keep_what_is_there()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if is_stream_request(scope):
        await events(scope, receive, send)
    elif is_console_stream(scope):
        await console_events(scope, receive, send)
    elif not await DOOR.answer(scope, send):
        await _django({**scope}, receive, send)
