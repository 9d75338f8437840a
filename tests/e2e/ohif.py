"""OHIF beside the application: its published files from a small server of our own, configured to read from us."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy import ohif
from tests.shared import not_here

CONFIGURATION = """
window.config = ({ servicesManager }) => {
  const implementation = { getAuthorizationHeader: () => ({ Authorization: 'Bearer ' + %(token)s }) };
  const identify = () => {  // its services are registered after its configuration is read
    const service = servicesManager.services.userAuthenticationService;
    if (service) service.setServiceImplementation(implementation);
    else setTimeout(identify, 5);
  };
  identify();
  return {
    routerBasename: null, extensions: [], modes: [], customizationService: {}, showStudyList: true,
    maxNumberOfWebWorkers: 1, showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false,
    showLoadingIndicator: true, strictZSpacingForVolumeViewport: true, investigationalUseDialog: { option: 'never' },
    defaultDataSourceName: 'darndest',
    dataSources: [{
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'darndest',
      configuration: {
        friendlyName: 'DARNDEST', name: 'DARNDEST',
        qidoRoot: %(root)s, wadoRoot: %(root)s, wadoUriRoot: %(wado)s,
        qidoSupportsIncludeField: true, imageRendering: 'wadors', thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true, supportsFuzzyMatching: true, supportsWildcard: true,
        omitQuotationForMultipartRequest: true, bulkDataURI: { enabled: true },
      },
    }],
  };
};
"""


class _Handler(SimpleHTTPRequestHandler):
    """Files; the viewer's own addresses get its page, as its makers ask of a web server."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, configuration: dict[str, bytes], **kwargs: Any) -> None:
        self.configuration = configuration
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if path == "/app-config.js":
            body = self.configuration.get("body", b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        if not Path(self.translate_path(self.path)).is_file():
            self.path = "/index.html"
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Ohif:
    """A running viewer; `point_at` says which application it reads from, and as whom."""

    def __init__(self, port: int, configuration: dict[str, bytes]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._configuration = configuration

    def point_at(self, url: str, token: str) -> None:
        """Read from this application with this token."""
        values = {"token": json.dumps(token), "root": json.dumps(f"{url}/dicom-web"), "wado": json.dumps(f"{url}/wado")}
        self._configuration["body"] = (CONFIGURATION % values).encode()

    def viewer(self, study_uid: str) -> str:
        """The address that opens a study."""
        return f"{self.url}/viewer?StudyInstanceUIDs={study_uid}"


@contextmanager
def running_ohif(port: int) -> Iterator[Ohif]:
    """Serve it on this port until the `with` block ends."""
    if not ohif.is_there():
        not_here("OHIF is not unpacked: python3 deploy/setup.py test")
    configuration: dict[str, bytes] = {}
    handler = partial(_Handler, directory=str(ohif.DIST), configuration=configuration)
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Ohif(port, configuration)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
