"""The readable page of the API at /api/docs/, under the application's content security policy."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView


@extend_schema(exclude=True)
class ApiDocsView(SpectacularSwaggerSplitView):
    """Swagger with its script split off and our template, which has no inline style."""

    template_name = "accounts/api_docs.html"


class BearerScheme(OpenApiAuthenticationExtension):
    """How the schema names the token."""

    target_class = "radapp.accounts.authentication.BearerTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "manage.py create_token USER"}
