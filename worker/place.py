"""Which worker process this is: its node's name, its slot there, and how many processes share the node."""

from dataclasses import dataclass

from billiard.process import current_process


@dataclass(frozen=True)
class Place:
    """A node's process; a slot is taken over by the process that follows."""

    node: str
    slot: int
    processes: int

    @property
    def name(self) -> str:
        """As runs and the workers' page name it."""
        return f"{self.node}/{self.slot}"


_node, _processes = "this process", 1


def note_node(node: str, processes: int) -> None:
    """Called in the parent, before it forks: children inherit what they cannot ask for."""
    global _node, _processes
    _node, _processes = node, max(1, processes)


def place() -> Place:
    """This process's; slot 0 where there is no pool of processes."""
    return Place(_node, getattr(current_process(), "index", None) or 0, _processes)
