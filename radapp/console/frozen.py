"""Triggers: the database itself refuses to change a signature or kept advice (radapp.triage.frozen)."""

from radapp.console.models import KeptAdvice, Signature
from radapp.triage.frozen import Frozen, Triggers

TRIGGERS = Triggers((Frozen(Signature, "a signature is written once"), Frozen(KeptAdvice, "kept advice is written once")))
