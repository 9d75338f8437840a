"""The backbone in OpenVINO: the same folded weights, compiled for this CPU. An optional extra (requirements-openvino.txt).

The graph is built here, operation by operation, from `ml.fused`'s weights: nothing is traced or converted. Precision is
float32, said explicitly, because OpenVINO would choose bfloat16 where the CPU has it. `openvino` reports its use to its
maker when it is imported with `openvino_telemetry` beside it; that module is shut out, so nothing leaves the hospital.
Load it in the process that uses it, after any fork.
"""

import importlib.util
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ml.architecture import LAST
from ml.fused import Folded, FoldedBlock, FoldedConvolution, FoldedDenseNet, FoldedLayer, FoldedNorm, FoldedResNet, fold
from ml.networks import DarndestNetwork

logger = logging.getLogger(__name__)

NODE = Any
"""openvino's own Node and Output types carry no type hints."""
ONES = [1, 1, 1]
NONE = [0, 0, 0]


class OpenVinoRefused(RuntimeError):  # noqa: N818 - a refusal
    """OpenVINO is not installed here or could not compile the network; the reason in words."""


def installed() -> bool:
    """Whether the extra is there; imports nothing."""
    return importlib.util.find_spec("openvino") is not None


def load_openvino() -> Any:
    """The package, its reports to its maker shut out; OpenVinoRefused where it is not there or does not load."""
    # None makes an import of this name fail, which openvino answers with a stub of its own.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise OpenVinoRefused(
            f"OpenVINO cannot be loaded ({error}); install it with `pip install -r requirements-openvino.txt`."
        ) from error
    return openvino


class OpenVinoBackbone:
    """Callable like the first part of `network.cut(place)`; holds copies, so later changes of the weights do not show.

    Compiled for one size of input and torch's number of threads. `cache` is a folder for what was compiled, so that the next
    process reads it instead; whatever is wrong with it is compiled anew.
    """

    def __init__(self, network: DarndestNetwork, shape: Sequence[int], cache: Path | None = None, place: str = LAST) -> None:
        """Compile a network in eval mode for inputs of `shape` (D, H, W); OpenVinoRefused where OpenVINO is not usable."""
        openvino = load_openvino()
        model = Graph(openvino).model(fold(network, place), (1, network.spec.in_channels, *shape))
        self._shape = tuple(shape)
        self._request = _compile(openvino, model, cache).create_infer_request()
        self.mebibytes = sum(value.nbytes for value in network.cut(place)[0].state_dict().values()) / 2**20

    def __call__(self, x: Tensor) -> Tensor:
        """(N, 1, D, H, W) to the activations at the place, (N, C, d, h, w); one study after the other.

        On a CPU a batch is no faster than its studies in turn, and one size is compiled instead of many.
        """
        if tuple(x.shape[2:]) != self._shape:
            raise ValueError(f"The input is {tuple(x.shape[2:])}; this backbone was compiled for {self._shape}.")
        values = x.contiguous().numpy()
        # Copied: the request's own memory is written again by the next study.
        found = [np.array(self._request.infer([values[n : n + 1]], share_inputs=True)[0]) for n in range(len(values))]
        return torch.from_numpy(np.concatenate(found))


def _compile(openvino: Any, model: Any, cache: Path | None) -> Any:
    core = openvino.Core()
    properties = {
        "INFERENCE_PRECISION_HINT": "f32",
        "EXECUTION_MODE_HINT": "ACCURACY",
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "NUM_STREAMS": 1,
        # Pinned threads of two processes would sit on the same cores.
        "ENABLE_CPU_PINNING": False,
    }
    if cache is not None:
        try:
            return core.compile_model(model, "CPU", {**properties, "CACHE_DIR": str(cache)})
        except RuntimeError as error:  # a cache that cannot be written or read costs time, not a result
            logger.warning("what OpenVINO compiled is not kept in %s: %s", cache, error)
    try:
        return core.compile_model(model, "CPU", properties)
    except RuntimeError as error:
        raise OpenVinoRefused(f"OpenVINO could not compile the network: {error}") from error


class Graph:
    """Writes folded parts as OpenVINO operations; every method takes and returns a node (N, C, D, H, W)."""

    def __init__(self, openvino: Any) -> None:
        self.openvino = openvino
        self.op = openvino.opset13

    def model(self, folded: Folded, shape: Sequence[int]) -> Any:
        """The whole backbone for inputs of `shape`."""
        x = self.op.parameter(list(shape), np.float32)
        y = self.dense(folded, x) if isinstance(folded, FoldedDenseNet) else self.residual(folded, x)
        return self.openvino.Model([y], [x], "backbone")

    def dense(self, net: FoldedDenseNet, x: NODE) -> NODE:
        """Stem, pool, dense blocks with transitions between them, the last norm."""
        x = self.block(net.blocks[0], self.max_pool(net.pool, self.op.relu(self.convolution(net.stem, x))))
        for transition, layers in zip(net.transitions, net.blocks[1:], strict=True):
            pooled = self.average_pool(transition.pool, self.op.relu(self.norm(transition.norm, x)))
            x = self.block(layers, self.convolution(transition.narrow, pooled))
        return x if net.last is None else self.norm(net.last, x)

    def block(self, layers: Sequence[FoldedLayer], x: NODE) -> NODE:
        """Every layer appends its channels."""
        for layer in layers:
            y = self.op.relu(self.convolution(layer.narrow, self.op.relu(self.norm(layer.norm, x))))
            x = self.op.concat([x, self.convolution(layer.wide, y)], 1)
        return x

    def residual(self, net: FoldedResNet, x: NODE) -> NODE:
        """Stem, pool, residual blocks."""
        x = self.max_pool(net.pool, self.op.relu(self.convolution(net.stem, x)))
        for block in net.blocks:
            x = self.residual_block(block, x)
        return x

    def residual_block(self, block: FoldedBlock, x: NODE) -> NODE:
        """Two convolutions beside a shortcut."""
        shortcut = x if block.shortcut is None else self.convolution(block.shortcut, x)
        y = self.convolution(block.second, self.op.relu(self.convolution(block.first, x)))
        y = self.op.add(y, shortcut)
        return self.op.relu(y) if block.rectified else y

    def convolution(self, part: FoldedConvolution, x: NODE) -> NODE:
        """With its bias, where it has one."""
        padding = list(part.padding)
        y = self.op.convolution(x, self.constant(part.weight), list(part.stride), padding, padding, ONES)
        return y if part.bias is None else self.op.add(y, self.constant(part.bias.view(1, -1, 1, 1, 1)))

    def norm(self, part: FoldedNorm, x: NODE) -> NODE:
        """x * scale + shift."""
        return self.op.add(self.op.multiply(x, self.constant(part.scale)), self.constant(part.shift))

    def max_pool(self, pool: nn.MaxPool3d, x: NODE) -> NODE:
        """As torch's, whose window is 3 with a border of 1 here; the second output (indices) is not asked for."""
        size, stride, border = (_three(value) for value in (pool.kernel_size, pool.stride, pool.padding))
        return self.op.max_pool(x, stride, ONES, border, border, size, "floor").output(0)

    def average_pool(self, pool: nn.AvgPool3d, x: NODE) -> NODE:
        """Without a border."""
        return self.op.avg_pool(x, _three(pool.stride), NONE, NONE, _three(pool.kernel_size), True)

    def constant(self, value: Tensor) -> NODE:
        """A copy of a tensor in the usual order of memory."""
        return self.op.constant(value.detach().cpu().contiguous().numpy())


def _three(value: int | Sequence[int]) -> list[int]:
    return [value] * 3 if isinstance(value, int) else list(value)
