"""The WSGI application: every request but the event stream ends here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")
application = get_wsgi_application()
