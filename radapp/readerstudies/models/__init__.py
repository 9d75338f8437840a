"""Reader studies: what is stored, one module for each concept. Every fact in them has its entry in the audit chain."""

from radapp.readerstudies.models.cases import Case as Case
from radapp.readerstudies.models.cases import NetworkCall as NetworkCall
from radapp.readerstudies.models.certificate import BlindingCertificate as BlindingCertificate
from radapp.readerstudies.models.chain import ChainEntry as ChainEntry
from radapp.readerstudies.models.chain import SignedHead as SignedHead
from radapp.readerstudies.models.coding import Adjudication as Adjudication
from radapp.readerstudies.models.coding import Code as Code
from radapp.readerstudies.models.coding import CodingItem as CodingItem
from radapp.readerstudies.models.coding import Proposal as Proposal
from radapp.readerstudies.models.members import Invitation as Invitation
from radapp.readerstudies.models.members import Membership as Membership
from radapp.readerstudies.models.members import Reminder as Reminder
from radapp.readerstudies.models.members import Waiver as Waiver
from radapp.readerstudies.models.orders import Assignment as Assignment
from radapp.readerstudies.models.orders import Session as Session
from radapp.readerstudies.models.readings import Answer as Answer
from radapp.readerstudies.models.readings import Draft as Draft
from radapp.readerstudies.models.readings import Reading as Reading
from radapp.readerstudies.models.readings import ReadingEvent as ReadingEvent
from radapp.readerstudies.models.readings import SessionLock as SessionLock
from radapp.readerstudies.models.reference import ReferenceStep as ReferenceStep
from radapp.readerstudies.models.study import ProtocolVersion as ProtocolVersion
from radapp.readerstudies.models.study import ReaderStudy as ReaderStudy
from radapp.readerstudies.models.study import StudySignature as StudySignature
