"""A finished study as one zip: its format. What is written (exporting.py) and what is taken in (restoring.py) share this.

    manifest.json     format, version, study, the chain's newest entry, size and SHA-256 of every other file
    signature.json    the manifest's, under the exporting installation's key
    README.txt        what this is
    study.jsonl …     one file a kind of row (facts.BOUND), one row a line: `row`, its name in the chain, and its columns
    readings.jsonl    where each reading stood
    chain.jsonl       every entry
    heads.jsonl       every signed head

Rows name each other as the chain does. Images are not in it, nor accounts; UIDs of examinations and e-mail addresses of
people who were invited are: the chain has them.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from radapp.readerstudies.facts import BOUND, Bound

FORMAT: Final = "darndest-reader-study"
VERSION: Final = 1
MANIFEST, SIGNATURE, README = "manifest.json", "signature.json", "README.txt"
READINGS, CHAIN, HEADS = "readings.jsonl", "chain.jsonl", "heads.jsonl"
TEXT: Final = """A finished reader study of DARNDEST, as `manage.py export_reader_study` wrote it.

manifest.json lists every other file with its SHA-256; signature.json signs the manifest (Ed25519).
Each .jsonl file has one JSON object a line. chain.jsonl is the audit chain: each entry holds the hash of the one before and
digests of the rows that it is about (docs/audit-trail.md). heads.jsonl: digests of the chain under the installation's key.
`manage.py import_reader_study FILE` restores the study in another installation, after it has verified all of that.

No images are in it, and no accounts. It names examinations by their original UIDs and people by their user names and, where
they were invited, e-mail addresses: keep it as you would keep the study's records.
"""


class ArchiveRefusedError(ValueError):
    """This is no archive of a study that can be taken in; the text says what was found and what was expected."""


class Limit(enum.IntEnum):
    """What no honest archive exceeds: 50 readers of 10,000 cases stay far below."""

    FILE = 512 * 1024 * 1024
    TOTAL = 1024 * 1024 * 1024
    SMALL = 1024 * 1024


def file_of(bound: Bound) -> str:
    """The file of a kind of row."""
    return f"{bound.model._meta.model_name}.jsonl"


ROW_FILES: Final = {file_of(bound): bound for bound in BOUND}
LISTED: Final = frozenset({README, READINGS, CHAIN, HEADS, *ROW_FILES})
"""What a manifest lists: all of these, and nothing else."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says that it holds."""

    study: str
    title: str
    exported_at: str
    sequence: int
    digest: str
    files: Mapping[str, Mapping[str, Any]]

    def content(self) -> dict[str, Any]:
        """As it is written and signed."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "study": self.study,
            "title": self.title,
            "exported_at": self.exported_at,
            "images": False,
            "chain": {"sequence": self.sequence, "digest": self.digest},
            "files": {name: dict(said) for name, said in self.files.items()},
        }

    @classmethod
    def of(cls, content: Any) -> "Manifest":
        """From JSON. Raises ArchiveRefusedError where it is another format's, another version's or none."""
        try:
            found = (content["format"], content["version"])
            if found != (FORMAT, VERSION):
                raise ArchiveRefusedError(
                    f"found format {found[0]!r} version {found[1]!r}, expected {FORMAT!r} version {VERSION}: "
                    "use the version of the program that wrote it"
                )
            files = {
                str(name): {"sha256": str(said["sha256"]), "bytes": int(said["bytes"])}
                for name, said in content["files"].items()
            }
            chain = content["chain"]
            made = cls(
                str(content["study"]), str(content["title"]), str(content["exported_at"]),
                int(chain["sequence"]), str(chain["digest"]), files,
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, ArchiveRefusedError):
                raise
            raise ArchiveRefusedError(
                f"found a {MANIFEST} that says something else ({error!r}), expected a study's"
            ) from error
        if set(files) != LISTED:
            strange = ", ".join(sorted(set(files) ^ LISTED))
            raise ArchiveRefusedError(f"found another list of files than version {VERSION} has: {strange}")
        return made
