"""Memory that runs out, recognised and given back: what a smaller batch can mend."""

import torch


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device, or the CPU's allocator in torch or OpenVINO, could not have the memory it asked for."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and any(
        words in text for words in ("can't allocate memory", "std::bad_alloc", "CUDNN_STATUS_ALLOC_FAILED")
    )


def give_back(device: str) -> None:
    """Return the device's unused blocks, so that the next, smaller batch finds them whole."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()


def device_mebibytes(device: str) -> float | None:
    """What this process holds of the device's memory, MiB; None on a CPU."""
    return torch.cuda.memory_reserved(device) / 2**20 if device.startswith("cuda") else None
