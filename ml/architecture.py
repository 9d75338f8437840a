"""What a network is made of, as plain values: read by whoever lists bundles, without torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

DENSENET = "densenet3d"


@dataclass(frozen=True)
class NetworkSpec:
    """What it takes to build one network; goes into bundle.json as it stands. The defaults are DenseNet121."""

    architecture: str = DENSENET
    init_features: int = 64
    growth_rate: int = 32
    block_config: tuple[int, ...] = (6, 12, 24, 16)
    bn_size: int = 4
    in_channels: int = 1
    depth_strides: tuple[int, ...] = (1, 2, 2, 1, 1)
    """Stride over slices of stem, first pool and each transition."""
    plane_strides: tuple[int, ...] = (2, 2, 2, 2, 2)
    """The same over rows and columns. Three halvings give a 64 x 64 crop a heatmap of 8 x 8 cells, five one of 2 x 2."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.architecture != DENSENET:
            raise ValueError(f"Architecture {self.architecture!r} is unknown; expected {DENSENET!r}.")
        object.__setattr__(self, "block_config", tuple(int(n) for n in self.block_config))
        wanted = len(self.block_config) + 1
        for name in ("depth_strides", "plane_strides"):
            strides = tuple(int(n) for n in getattr(self, name))
            object.__setattr__(self, name, strides)
            if len(strides) != wanted or not set(strides) <= {1, 2}:
                raise ValueError(
                    f"{name} is {strides}; expected {wanted} values of 1 or 2: stem, pool and one for each "
                    f"transition between {len(self.block_config)} blocks."
                )
        counts = (self.init_features, self.growth_rate, self.bn_size, self.in_channels, *self.block_config)
        if min(counts) < 1:
            raise ValueError(f"Every count of a network must be at least 1; found {counts}.")

    @property
    def feature_channels(self) -> int:
        """Channels that the backbone hands to the head."""
        channels = self.init_features
        for layers in self.block_config[:-1]:
            channels = (channels + layers * self.growth_rate) // 2
        return channels + self.block_config[-1] * self.growth_rate

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "NetworkSpec":
        """Read back what `to_json` wrote; unknown names are refused."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"The network's description has unknown entries {sorted(unknown)}.")
        return cls(**values)


COMPACT = NetworkSpec(init_features=16, growth_rate=8, block_config=(4, 6, 8, 6), plane_strides=(2, 2, 2, 1, 1))
"""0.23 M parameters for small crops, heatmap cells of 18 mm: what the shipped demonstration bundles use."""
