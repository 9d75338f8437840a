"""Whether a reader may be given a case at this moment: what they tagged, coded or opened clinically they may not read."""

from radapp.readerstudies.desk.independence import grounds as grounds
