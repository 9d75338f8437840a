"""Data sets that came without preamble and file meta information: kept so, and given both when they leave as files."""

from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from radapp.archive import storage
from radapp.archive.models import Instance

PREAMBLE = b"\0" * 128 + b"DICM"


def completed(instance: Instance) -> bytes | None:
    """The instance as a DICOM file (PS3.10 section 7.1) where it is stored bare; None where its stored bytes are one."""
    with storage.open_(instance.sha256) as file:
        head = file.read(len(PREAMBLE))
        if head[128:] == b"DICM":
            return None
        rest = head + file.read()
    if rest[:2] == b"\x02\0":  # only the preamble is missing
        return PREAMBLE + rest
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(instance.sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(instance.sop_instance_uid)
    meta.TransferSyntaxUID = UID(instance.transfer_syntax_uid)
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    write_file_meta_info(out, meta, enforce_standard=True)
    return PREAMBLE + out.getvalue() + rest
