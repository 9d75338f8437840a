"""What granian runs (`--interface asginl radapp.asgi:application`): event streams here, everything else by Django's WSGI.

Django's own ASGI handler costs a millisecond a request and a stream would hold a WSGI thread; so the streams, which only
wait, live on the event loop, and the rest runs on a pool of threads.
"""

from a2wsgi import WSGIMiddleware

from radapp.wsgi import application as django

THREADS = 10

application = WSGIMiddleware(django, workers=THREADS)
