"""A stored series as what a network reads."""

from ml.volume import SeriesVolume, load_series
from radapp.archive.models import Series
from radapp.archive.selectors import series_paths


def source_of(series: Series) -> SeriesVolume:
    """Its volume. FileNotFoundError where an image's file is missing, VolumeRefused where its images are no volume."""
    paths = series_paths(series)
    missing = next((path for path in paths if not path.is_file()), None)
    if missing is not None:
        raise FileNotFoundError(f"{missing.name} of series {series.series_instance_uid}")
    return load_series(paths)
