"""`make demo-reset`: forgets the demo's state, never while it runs. Needs the standard library alone."""

import fcntl
import os
import shutil
from pathlib import Path

VAR = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var").resolve()


def main() -> None:
    if not VAR.is_dir():
        print(f"Nothing to forget: {VAR} does not exist.")
        return
    if not any((VAR / name).exists() for name in ("demo.lock", "secret-key", "log")):
        raise SystemExit(f"make demo-reset: {VAR} does not look like the demo's folder; remove it yourself if it is")
    with (VAR / "demo.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("make demo-reset: the demo is running; end it with Ctrl-C first") from None
        shutil.rmtree(VAR)
    print(f"Forgotten: {VAR}")


if __name__ == "__main__":
    main()
