"""What radiotherapy and company leave behind, painted whatever the label: the imitators of recurrence.

Each is drawn without looking at the label, so that no amount of fluid, scar or dark marrow says by itself which case is
which. Chances differ by cohort where the paper's errors do (Fig. 3): necrosis is the second cause of false alarms in the
internal hospital, sinusitis and enhancing turbinates in the external ones. The numbers are set here; the paper gives none.
"""

from collections.abc import Callable

import numpy as np

from ml.phantom.canvas import Canvas
from ml.phantom.disease import BONE, SOFT, paint_node
from ml.phantom.scanner import Cohort
from ml.phantom.tissues import Tissue

T = Tissue
SCARRED = (T.MUCOSA, T.FAT, T.CONNECTIVE, T.MUSCLE, T.CARTILAGE)


def paint_sequelae(canvas: Canvas, cohort: Cohort = "internal") -> list[str]:
    """Paint this case's sequelae and return their names."""
    rng = canvas.rng
    found = []
    for name, chances, paint in SEQUELAE:
        if rng.random() < chances[0 if cohort == "internal" else 1]:
            paint(canvas)
            found.append(name)
    return found


def _side(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


def _fibrosis(canvas: Canvas) -> None:
    """Asymmetric scar at the wall and behind it: a crescent, mature (dark) or young (intermediate T2)."""
    rng = canvas.rng
    side = _side(rng)
    tissue = T.MATURE_FIBROSIS if rng.random() < 0.62 else T.YOUNG_FIBROSIS
    bulk = float(rng.choice([0.7, 1.0, 1.35], p=[0.4, 0.4, 0.2]))
    centre = (side * float(rng.uniform(9, 16)), float(rng.uniform(3, 12)), float(rng.uniform(-8, 10)))
    radii = (bulk * float(rng.uniform(6, 11)), bulk * float(rng.uniform(4, 8)), bulk * float(rng.uniform(8, 17)))
    angle = side * float(rng.uniform(10, 60))
    canvas.ellipsoid(centre, radii, angle, wobble=0.5).ragged(0.14).fill(tissue, over=SCARRED)


def _bulky_fibrosis(canvas: Canvas) -> None:
    """A scar as large and as ragged as an advanced tumour, through muscle and fat planes, some of it into the marrow."""
    rng = canvas.rng
    side = _side(rng)
    tissue = T.YOUNG_FIBROSIS if rng.random() < 0.6 else T.MATURE_FIBROSIS
    centre = (side * float(rng.uniform(8, 17)), float(rng.uniform(3, 12)), float(rng.uniform(-5, 11)))
    radii = (float(rng.uniform(10, 19)), float(rng.uniform(9, 15)), float(rng.uniform(11, 20)))
    region = canvas.ellipsoid(centre, radii, side * float(rng.uniform(-20, 60)), wobble=0.5).ragged(0.18)
    region.fill(tissue, over=SCARRED)
    if rng.random() < 0.55:
        region.fill(T.RED_MARROW, over=(T.MARROW,))


def _thickening(canvas: Canvas) -> None:
    """Swollen, bright mucosa or lymphoid tissue, about symmetric, of roof and back wall."""
    rng = canvas.rng
    canvas.ellipsoid(
        (float(rng.normal(0, 3)), 6.0, 8.0),
        (float(rng.uniform(11, 16)), float(rng.uniform(4, 9)), float(rng.uniform(6, 13))),
        wobble=0.3,
    ).fill(T.REACTIVE, over=(T.MUCOSA, T.CONNECTIVE, T.AIR, T.FAT))


def _necrosis(canvas: Canvas) -> None:
    """Ulcer or necrosis of the wall: fluid, debris and air in a rim of granulation."""
    rng = canvas.rng
    side, radius = _side(rng), float(rng.uniform(6, 17))
    centre = (side * float(rng.uniform(3, 13)), float(rng.uniform(6, 12)), float(rng.uniform(2, 12)))
    region = canvas.ellipsoid(centre, (radius, radius * 0.75, radius), wobble=0.5).ragged(0.12)
    rim = float(rng.uniform(1.5, 4.0)) / radius
    region.fill(T.REACTIVE, over=(*SOFT, *BONE, T.AIR)).fill(T.NECROSIS, below=max((1 - rim) ** 2, 0.1), over=(T.REACTIVE,))
    if rng.random() < 0.6:
        region.fill(T.AIR, below=float(rng.uniform(0.1, 0.5)), over=(T.NECROSIS,))


def _bone_necrosis(canvas: Canvas) -> None:
    """Osteoradionecrosis of clivus and sphenoid floor: dark marrow with fluid clefts and enhancing edges."""
    rng = canvas.rng
    centre = (float(rng.normal(0, 6)), float(rng.uniform(8, 18)), float(rng.uniform(12, 22)))
    region = canvas.ellipsoid(centre, (float(rng.uniform(8, 15)), 9.0, float(rng.uniform(7, 13))), wobble=0.5).ragged(0.2)
    region.fill(T.REACTIVE, over=(T.MARROW, T.RED_MARROW, T.MUCOSA, T.MUSCLE, T.CONNECTIVE))
    region.fill(T.NECROSIS, below=0.45, over=(T.REACTIVE,))


def _dark_clivus(canvas: Canvas) -> None:
    """Marrow that stayed dark on T1 without disease, in part of the clivus and sphenoid."""
    rng = canvas.rng
    centre = (float(rng.normal(0, 6)), 18.0, float(rng.uniform(8, 24)))
    radii = (float(rng.uniform(8, 18)), 12.0, float(rng.uniform(8, 18)))
    canvas.ellipsoid(centre, radii, wobble=0.5).ragged(0.2).fill(T.RED_MARROW, over=(T.MARROW,))


def _sinusitis(canvas: Canvas) -> None:
    """Thick mucosa, a level of fluid or full opacity in one or both maxillary sinuses and ethmoid cells."""
    rng = canvas.rng
    sides = (1.0, -1.0) if rng.random() < 0.5 else (_side(rng),)
    for side in sides:
        region = canvas.ellipsoid((side * 29, -41, 4), (17, 17.5, 21), wobble=0.0)
        air = region.inside(1.1, over=(T.AIR,))
        form, low, row = rng.random(), float(rng.uniform(0.3, 0.6)), float(rng.uniform(-46, -34))
        if form < 0.4:
            air &= region.level + np.float32(0.12) * canvas.coarse[region.box] > low
        elif form < 0.75:
            air &= canvas.y[region.box] > row
        canvas.labels[region.box][air] = int(rng.choice([T.FLUID, T.SECRETION, T.MUCOSA], p=[0.3, 0.3, 0.4]))
        canvas.ellipsoid((side * 7.5, -38, 28), (7, 18, 12)).fill(T.SECRETION, over=(T.AIR,))


def _turbinate(canvas: Canvas) -> None:
    """A swollen, strongly enhancing turbinate that fills its side of the nose, back to the choana."""
    rng = canvas.rng
    side = _side(rng)
    centre = (side * 7.5, float(rng.uniform(-36, -26)), float(rng.uniform(-8, 8)))
    radii = (float(rng.uniform(5.5, 8)), float(rng.uniform(15, 25)), float(rng.uniform(8, 13)))
    canvas.ellipsoid(centre, radii, side * 3, wobble=0.4).fill(T.TURBINATE, over=(T.AIR, T.MUCOSA))


def _sphenoid(canvas: Canvas) -> None:
    rng = canvas.rng
    region = canvas.ellipsoid((float(rng.normal(0, 4)), -10, 29), (float(rng.uniform(7, 18)), 15, 12))
    region.fill(Tissue(int(rng.choice([T.FLUID, T.SECRETION, T.REACTIVE]))), over=(T.AIR,))


def _effusion(canvas: Canvas) -> None:
    sides = (1.0, -1.0) if canvas.rng.random() < 0.5 else (_side(canvas.rng),)
    for side in sides:
        canvas.ellipsoid((side * 57, 33, 0), (12, 16, 20), wobble=0.4).fill(T.FLUID, over=(T.AIR,))


def _parotid(canvas: Canvas) -> None:
    canvas.labels[canvas.labels == T.GLAND] = T.ATROPHIC_GLAND


def _scars(canvas: Canvas) -> None:
    """Bright young or dark old bands in the muscles of mastication of one side."""
    rng = canvas.rng
    side = _side(rng)
    tissue = T.YOUNG_FIBROSIS if rng.random() < 0.5 else T.MATURE_FIBROSIS
    centre = (side * float(rng.uniform(24, 34)), float(rng.uniform(-14, 0)), float(rng.uniform(-18, 8)))
    radii = (float(rng.uniform(3, 7)), float(rng.uniform(8, 16)), float(rng.uniform(6, 14)))
    canvas.ellipsoid(centre, radii, side * 40, wobble=0.6).ragged(0.15).fill(tissue, over=(T.MUSCLE, T.FAT, T.CONNECTIVE))


def _temporal(canvas: Canvas) -> None:
    rng = canvas.rng
    side, radius = _side(rng), float(rng.uniform(7, 16))
    region = canvas.ellipsoid((side * 40, -4, 28), (radius, radius, radius), wobble=0.6).ragged(0.2)
    region.fill(T.BRAIN_NECROSIS, over=(T.WHITE, T.GREY))


def _node(canvas: Canvas) -> None:
    rng = canvas.rng
    side, radius, low = _side(rng), float(rng.uniform(5, 9)), rng.random() < 0.6
    z = float(rng.uniform(-60, -30) if low else rng.uniform(-25, -8))
    paint_node(canvas, radius, side, low=low, z=z)


SEQUELAE: tuple[tuple[str, tuple[float, float], Callable[[Canvas], None]], ...] = (
    ("fibrosis", (0.55, 0.55), _fibrosis),
    ("bulky fibrosis", (0.06, 0.06), _bulky_fibrosis),
    ("mucosal thickening", (0.25, 0.25), _thickening),
    ("necrosis", (0.14, 0.08), _necrosis),
    ("skull base necrosis", (0.04, 0.02), _bone_necrosis),
    ("dark clivus", (0.22, 0.22), _dark_clivus),
    ("sinusitis", (0.50, 0.60), _sinusitis),
    ("enhancing turbinate", (0.18, 0.28), _turbinate),
    ("sphenoid sinusitis", (0.25, 0.28), _sphenoid),
    ("mastoid effusion", (0.45, 0.45), _effusion),
    ("parotid atrophy", (0.40, 0.40), _parotid),
    ("muscle scars", (0.40, 0.40), _scars),
    ("temporal lobe necrosis", (0.06, 0.06), _temporal),
    ("enlarged node", (0.12, 0.12), _node),
)
"""Name, chance (internal, external), and how it is painted, in the order of painting."""
