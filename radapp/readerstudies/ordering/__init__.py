"""In which order each reader reads the cases, under which arm: drawn once from a seed, then kept as rows. No Django here.

Nothing but the seed, the design and the places of readers and cases in their lists decides: names, titles and keys do not.
"""

from radapp.readerstudies.ordering.draw import draw as draw
from radapp.readerstudies.ordering.values import Planned as Planned
from radapp.readerstudies.ordering.values import Subject as Subject
