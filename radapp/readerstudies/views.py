"""What every address below a study's key shares: the person is let in by the one table before anything else happens."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from radapp.readerstudies.permissions import Admitted, admit


class StudyView(APIView):
    """`self.admitted` tells the study, the person and their parts in it. The route names the study's key `key`."""

    admitted: Admitted

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse here, before the view's method runs."""
        super().initial(request, *args, **kwargs)
        self.admitted = admit(request._request, kwargs["key"])
