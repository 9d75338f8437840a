"""What a network is made of, as plain values: read by whoever lists bundles, without torch.

A family: one record per architecture, all with the same five strides, so that both architectures read the same crop into the
same heatmap cells.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

DENSENET = "densenet3d"
RESNET = "resnet3d"
LAST = "last"
"""The entrance of the head, where Grad-CAM reads unless a bundle names the end of an earlier block."""


@dataclass(frozen=True)
class NetworkSpec(ABC):
    """What every architecture has in common. `from_json` reads any of them; build one of the records below."""

    architecture: str
    block_config: tuple[int, ...]
    """Layers or blocks of each stage."""
    in_channels: int = 1
    depth_strides: tuple[int, ...] = (1, 2, 2, 1, 1)
    """Stride over slices of stem, first pool and each later stage (DenseNet: transition; ResNet: first block)."""
    plane_strides: tuple[int, ...] = (2, 2, 2, 2, 2)
    """The same over rows and columns. Three halvings give a 64 x 64 crop a heatmap of 8 x 8 cells, five one of 2 x 2."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        expected = type(self).__dataclass_fields__["architecture"].default
        if self.architecture != expected:
            raise ValueError(
                f"Architecture {self.architecture!r} is not {expected!r}, which {type(self).__name__} describes."
            )
        object.__setattr__(self, "block_config", tuple(int(n) for n in self.block_config))
        wanted = len(self.block_config) + 1
        for name in ("depth_strides", "plane_strides"):
            strides = tuple(int(n) for n in getattr(self, name))
            object.__setattr__(self, name, strides)
            if len(strides) != wanted or not set(strides) <= {1, 2}:
                raise ValueError(
                    f"{name} is {strides}; expected {wanted} values of 1 or 2: stem, pool and one for each "
                    f"of the stages after the first of {len(self.block_config)}."
                )
        counts = (self.in_channels, *self.block_config, *self.widths_and_rates)
        if min(counts) < 1:
            raise ValueError(f"Every count of a network must be at least 1; found {counts}.")

    @property
    @abstractmethod
    def widths_and_rates(self) -> tuple[int, ...]:
        """The counts that only this architecture has."""

    @property
    @abstractmethod
    def feature_channels(self) -> int:
        """Channels that the backbone hands to the head."""

    @property
    @abstractmethod
    def stages(self) -> tuple[str, ...]:
        """Names of the backbone's stages, first to last, as its modules carry them."""

    @property
    def places(self) -> tuple[str, ...]:
        """Where Grad-CAM may read: the end of every stage but the last, and the entrance of the head (`LAST`)."""
        return (*self.stages[:-1], LAST)

    @property
    def strides(self) -> list[tuple[int, int, int]]:
        """(slices, rows, columns) of stem, pool and each later stage."""
        return [(depth, plane, plane) for depth, plane in zip(self.depth_strides, self.plane_strides, strict=True)]

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "NetworkSpec":
        """Read back what `to_json` wrote; unknown architectures and names are refused."""
        # Bundles from before there were two architectures may leave the name out.
        found = values.get("architecture", DENSENET)
        if found not in _FAMILY:
            raise ValueError(f"Architecture {found!r} is unknown; expected one of {', '.join(sorted(_FAMILY))}.")
        kind = _FAMILY[found]
        unknown = set(values) - {field.name for field in fields(kind)}
        if unknown:
            raise ValueError(f"The network's description has unknown entries {sorted(unknown)}.")
        return kind(**values)


@dataclass(frozen=True)
class DenseNetSpec(NetworkSpec):
    """3D DenseNet; the defaults are DenseNet121 (11.2 M parameters)."""

    architecture: str = DENSENET
    block_config: tuple[int, ...] = (6, 12, 24, 16)
    init_features: int = 64
    growth_rate: int = 32
    bn_size: int = 4

    @property
    def stages(self) -> tuple[str, ...]:
        """The dense blocks."""
        return tuple(f"denseblock{n}" for n in range(1, len(self.block_config) + 1))

    @property
    def widths_and_rates(self) -> tuple[int, ...]:
        """First features, growth and bottleneck."""
        return self.init_features, self.growth_rate, self.bn_size

    @property
    def feature_channels(self) -> int:
        """What stem, growth and halving transitions add up to."""
        channels = self.init_features
        for layers in self.block_config[:-1]:
            channels = (channels + layers * self.growth_rate) // 2
        return channels + self.block_config[-1] * self.growth_rate


@dataclass(frozen=True)
class ResNetSpec(NetworkSpec):
    """3D ResNet of basic blocks; the defaults are ResNet34 (63.5 M parameters)."""

    architecture: str = RESNET
    block_config: tuple[int, ...] = (3, 4, 6, 3)
    widths: tuple[int, ...] = (64, 128, 256, 512)
    """Channels of each stage; the stem has the first stage's."""

    def __post_init__(self) -> None:
        """Refuse a width too many or too few."""
        object.__setattr__(self, "widths", tuple(int(n) for n in self.widths))
        super().__post_init__()
        if len(self.widths) != len(self.block_config):
            raise ValueError(f"widths is {self.widths}; expected one for each of {len(self.block_config)} stages.")

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of residual blocks."""
        return tuple(f"layer{n}" for n in range(1, len(self.block_config) + 1))

    @property
    def widths_and_rates(self) -> tuple[int, ...]:
        """Channels of each stage."""
        return self.widths

    @property
    def feature_channels(self) -> int:
        """The last stage's channels."""
        return self.widths[-1]


_FAMILY: dict[str, type[NetworkSpec]] = {DENSENET: DenseNetSpec, RESNET: ResNetSpec}

DENSENET121 = DenseNetSpec()
RESNET34 = ResNetSpec()
COMPACT = DenseNetSpec(init_features=16, growth_rate=8, block_config=(4, 6, 8, 6), plane_strides=(2, 2, 2, 1, 1))
"""0.23 M parameters for small crops, heatmap cells of 18 mm: what the shipped bundles use."""
COMPACT_RESNET = ResNetSpec(widths=(8, 16, 24, 32), plane_strides=(2, 2, 2, 1, 1))
"""ResNet34's blocks, an eighth to a sixteenth as wide: 0.4 M parameters, the same heatmap cells as COMPACT."""

ARCHITECTURES: Mapping[str, NetworkSpec] = {
    "densenet121": DENSENET121,
    "resnet34": RESNET34,
    "densenet-compact": COMPACT,
    "resnet-compact": COMPACT_RESNET,
}
"""What the command line calls them."""
