"""Does a cohort give its labels away by brightness alone? A logistic regression on each volume's histogram answers."""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml.evaluation.roc import Auc, auc

PERCENTILES = (1, 5, 10, 25, 50, 75, 90, 95, 99)
LIMIT = 0.65
"""Above this cross-validated AUC a cohort is too easy: its label shows without looking at anatomy."""


def histogram_features(voxels: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean, deviation and nine percentiles of a volume, (11,)."""
    values = np.asarray(voxels, dtype=np.float32).ravel()
    return np.array([values.mean(), values.std(), *np.percentile(values, PERCENTILES)], dtype=np.float64)


def histogram_auc(features: Sequence[NDArray[np.float64]], labels: Sequence[int], folds: int = 5, seed: int = 2025) -> Auc:
    """Cross-validated AUC of a logistic regression on such features (cases, values): what brightness alone can tell."""
    x, y = np.asarray(features), np.asarray(labels)
    # A fold needs both labels: a handful of cases has fewer folds.
    folds = max(2, min(folds, int(y.sum()), int((1 - y).sum())))
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        split = StratifiedKFold(folds, shuffle=True, random_state=seed)
        scores = cross_val_predict(model, x, y, cv=split, method="predict_proba")[:, 1]
    return auc(scores, y)
