"""Data sets without preamble leave the archive as files."""

import io
from collections.abc import Callable

import pydicom
import pytest
from django.test import Client
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from radapp.archive import bare
from radapp.archive.models import Instance
from radapp.archive.outcomes import IntakeReport
from tests.radapp.archive import makers

TakeIn = Callable[..., IntakeReport]
WADO = f"/wado?requestType=WADO&studyUID={makers.STUDY}&seriesUID={makers.SERIES}&objectUID={makers.SERIES}.1"


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_bare_data_set_is_completed(take_in: TakeIn, syntax: str) -> None:
    stored = makers.bare(makers.mr(1), syntax)
    take_in({"IM_0001": stored})
    file = bare.completed(Instance.objects.get())
    assert file is not None
    assert file.endswith(stored)
    read = pydicom.dcmread(io.BytesIO(file))
    assert (read.file_meta.TransferSyntaxUID, read.PatientID) == (syntax, "P1")
    assert (read.pixel_array == makers.mr(1).pixel_array).all()


def test_only_the_preamble_missing(take_in: TakeIn) -> None:
    whole = makers.content(makers.mr(1))
    take_in({"IM_0001": whole[132:]})
    assert bare.completed(Instance.objects.get()) == whole


def test_a_whole_file_is_left_alone(take_in: TakeIn) -> None:
    take_in({"1.dcm": makers.content(makers.mr(1))})
    assert bare.completed(Instance.objects.get()) is None


@pytest.mark.parametrize("asked", ["", "&transferSyntax=1.2.840.10008.1.2.1"])
def test_clients_get_a_file(take_in: TakeIn, signed_in: Callable[[str], Client], asked: str) -> None:
    take_in({"IM_0001": makers.bare(makers.mr(1))})
    answer = signed_in("radiologist").get(f"{WADO}&contentType=application/dicom{asked}")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert pydicom.dcmread(io.BytesIO(content)).PatientName == "Test^Anna"
