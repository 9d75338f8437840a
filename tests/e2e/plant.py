"""Puts a heatmap of known places into a study of a running application, with its segmentation: `plant.py STUDY_UID`.

Run with the application's environment. Prints, as JSON, the affine from (slice, row, column) to the patient's millimetres
(LPS), the strongest place in indices, how many slices there are, and on which (from 0) the map exceeds the threshold: few,
and far from the middle of the series, so that a mirror through the planes shows.
"""

import json
import sys

import django
import numpy as np

django.setup()

from pydicom.uid import generate_uid  # noqa: E402

from ml.heatmap_look import THRESHOLD  # noqa: E402 - Django's settings come first
from ml.parametric_map import HeatmapOrigin, write_parametric_map  # noqa: E402
from ml.results.named import Named  # noqa: E402
from ml.results.segmentation import write_segmentation  # noqa: E402
from ml.volume import load_series  # noqa: E402
from radapp.archive.ingest import store_generated  # noqa: E402
from radapp.archive.models import Study  # noqa: E402
from radapp.archive.selectors import series_paths  # noqa: E402

NAME = "PLANTED"


def main() -> None:
    study = Study.objects.get(study_instance_uid=sys.argv[1])
    source = load_series(series_paths(study.series.get(recognised_role="T2WI", generated=False)))
    slices, rows, columns = source.volume.shape
    k, i, j = np.indices(source.volume.shape)
    centre = 0.2 * slices, 0.35 * rows, 0.3 * columns
    hill = ((k - centre[0]) / 1.2) ** 2 + ((i - centre[1]) / 14) ** 2 + ((j - centre[2]) / 10) ** 2
    values = np.exp(-hill / 2).astype(np.float32)
    origin = HeatmapOrigin(NAME, 0.5, "planted", "ee" * 32, synthetic=True)
    heatmap = write_parametric_map(source, values, origin, series_number=9101)
    segmentation = write_segmentation(source, values, origin, Named(generate_uid(), generate_uid(), 9131))
    store_generated([heatmap, segmentation], study=study)
    shown = [int(number) for number in np.flatnonzero((values > THRESHOLD).any(axis=(1, 2)))]
    said = {"affine": source.volume.affine.tolist(), "centre": centre, "slices": slices, "shown": shown}
    sys.stdout.write(json.dumps(said) + "\n")


main()
