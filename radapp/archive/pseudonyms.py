"""Names in place of patients, studies and UIDs: the same each time in this installation, and meaningless elsewhere.

Each is a hash keyed with the installation's secret key (HMAC-SHA-256): who has the names alone cannot try patient numbers
until one fits. Another secret key gives other names.
"""

import hmac
import uuid

from django.utils.crypto import salted_hmac

from radapp.archive.models import Study

DIGITS = 16


def pseudonym(kind: str, identity: str) -> str:
    """`kind` and 16 hexadecimal digits, such as case-0f3a…; `identity` is what it stands for."""
    return f"{kind}-{_keyed(kind, identity).hexdigest()[:DIGITS]}"


def patient_pseudonym(study: Study) -> str:
    """The same for all studies of one patient."""
    return pseudonym("patient", identity_of(study))


def identity_of(study: Study) -> str:
    """Who the patient is: by Patient ID, else by name and birth date, else by this study alone.

    The issuer is left out on purpose: two patients under one name stay together and do no harm, one under two names does.
    """
    number = study.patient_id.strip().upper()
    if number:
        return f"id {number}"
    if study.patient_name.strip() and study.patient_birth_date:
        return f"name {study.patient_name.strip().upper()} {study.patient_birth_date}"
    return f"study {study.study_instance_uid}"


def pseudonym_uid(uid: str) -> str:
    """Another UID, of the form 2.25.N (PS3.5 section B.2), the same for the same one."""
    number = uuid.UUID(bytes=_keyed("uid", uid).digest()[:16], version=5).int
    return f"2.25.{number}"


def _keyed(kind: str, identity: str) -> hmac.HMAC:
    return salted_hmac(f"radapp.archive.pseudonyms {kind}", identity, algorithm="sha256")
