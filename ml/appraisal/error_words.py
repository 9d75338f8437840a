"""What a radiologist sees of each imitator and each kind of recurrence that the phantom paints, and the page's words."""

LOOKS: dict[str, str] = {
    "fibrosis": (
        "An ill-defined, asymmetric scar at the pharyngeal wall and behind it, without a mass's convexity. "
        "Mature it is as dark as muscle on T2WI and hardly enhances; young it is intermediate and does."
    ),
    "bulky fibrosis": (
        "A large, ragged scar through muscle and fat planes, some of it into the marrow: in size and outline "
        "like an advanced recurrence. What tells them apart is dark T2WI signal and little enhancement, and a "
        "young scar has neither."
    ),
    "mucosal thickening": "T2-bright swelling of roof and back wall, mostly about symmetric.",
    "necrosis": "An ulcer or cavity of the wall: fluid and debris, sometimes air, in an enhancing rim.",
    "skull base necrosis": (
        "Osteoradionecrosis of clivus and sphenoid floor: dark marrow on T1WI with fluid clefts and enhancing edges."
    ),
    "dark clivus": "Marrow that stayed dark on T1WI after treatment, without a soft-tissue mass.",
    "sinusitis": "Thick mucosa, a fluid level or full opacity of maxillary sinus and ethmoid cells, bright on T2WI.",
    "enhancing turbinate": (
        "A swollen turbinate that fills its side of the nose back to the choana; it enhances more than a recurrence does."
    ),
    "sphenoid sinusitis": "Fluid, secretion or swollen mucosa in the sphenoid sinus, just above the pharyngeal roof.",
    "mastoid effusion": "Fluid in the mastoid cells, far from the nasopharynx.",
    "parotid atrophy": "Shrunken, fatty parotids on both sides, far from the nasopharynx.",
    "muscle scars": (
        "Bands in the pterygoids and the masseter of one side, bright if young and dark if old, with loss of bulk."
    ),
    "temporal lobe necrosis": "Oedema and necrosis of a temporal lobe next to the field's edge.",
    "enlarged node": "A reactive node of the upper neck or behind the pharynx.",
    "focal mucosal": (
        "A small mucosal nodule of roof or lateral wall, T2-intermediate where the mucosa around it is bright."
    ),
    "submucosal": "A small mass beneath an intact mucosa, in the prevertebral and parapharyngeal tissue.",
    "skull base": "Soft tissue that replaces the marrow of clivus and petrous apex.",
    "cavernous or intracranial": (
        "Soft tissue in the cavernous sinus or Meckel's cave, at the upper edge of the images, away from the "
        "pharyngeal wall."
    ),
    "atypical site": "A recurrence outside the nasopharynx, in the nasal cavity or about the nasolacrimal duct.",
    "advanced": "A large infiltrating mass of nasopharynx and skull base.",
    "necrotic": "A large mass with a necrotic, partly air-filled centre.",
    "no single imitator": "Several sequelae together: no single one, left out, takes the call back.",
}
"""By the phantom's words, and by `ml.evaluation.errors.UNEXPLAINED`."""

INTRODUCTION = """# Errors, seen

One typical error of each kind, of the shipped networks on synthetic cases: what they took for recurrence, and what
they overlooked. **Every image on this page is synthetic**; the kinds are those of the paper's Fig. 3. How often each
occurs: [evaluation.md](evaluation.md).

This page is made by a command; to make it again, with other networks or other cases:

```bash
{command}
```

**Which case.** False positives are grouped by the imitator they hang on: each is made again without each of its
imitators in turn, everything else the same to the last random number. An imitator without which the case is not
called is a cause; the one that lowers the score most is the main cause. Shown is the case whose score falls most (at
most {shown} imitators, the most frequent). False negatives are grouped by the kind of recurrence; shown is the median
score of its kind. Errors of T1_T2 at its own cutoff; T1WIC's where T1_T2 makes none of the kind.

**How to read a picture.** Columns: original, heatmap, fused; rows: T1WI, T2WI and, where it errs too, T1WIC; the
patient's right is on the left. All rows show the slice with the largest section of the recurrence (solid outline) or
of the imitator (dashed). Where the heatmap that decided is strongest on another slice, a last row shows that one, unless
it is all but empty there too. Colours as in the viewer, one scale for all cases, overlay from {threshold:g} on: an
empty heatmap is a faint one. Its cells measure about {cells} mm: a pointer, no contour. Signal is compared with the
muscle's on the same slices.
"""
