"""Put an export into a folder or a zip, and hold one against its manifest. Knows no judgment."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.errors import LabelError
from mmdemo.files import write_bytes
from mmdemo.labels.exchange.bundle import FORMAT, MANIFEST, VERSION, Bundle

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold: the same bytes whenever it is made


def write_folder(made: Bundle, folder: Path) -> None:
    """Write each file into a folder, the manifest last; files of an older export are replaced.

    Raises:
        LabelError: the folder holds something else, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise LabelError(
            "the folder is not empty", got=folder, expected="a new folder, or an older export"
        )
    try:
        older = read_manifest(folder)["files"] if (folder / MANIFEST).is_file() else ()
        (folder / MANIFEST).unlink(missing_ok=True)  # until all is there, it is no export
        for name in (name for name in older if name not in made.files):
            path = folder / name
            if path.resolve().is_relative_to(folder.resolve()):
                path.unlink(missing_ok=True)
        for name, content in made.all().items():
            write_bytes(folder / name, content)
    except OSError as error:
        raise LabelError(
            "the export cannot be written",
            got=f"{error.filename or folder} ({error.strerror})",
            remedy="check the folder's permissions and free space, or name another one",
        ) from error


def write_zip(made: Bundle) -> bytes:
    """All files as one zip, in a folder of the campaign's name; the same files, the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(made.all().items()):
            entry = zipfile.ZipInfo(f"{_safe(str(made.manifest['campaign']))}/{name}", _MOMENT)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest: its file, the folder it lies in, or a zip with one.

    Raises:
        LabelError: there is none, or it is not one of ours.
    """
    try:
        if path.is_dir():
            path = path / MANIFEST
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                (name,) = (n for n in archive.namelist() if n.endswith(f"/{MANIFEST}"))
                text = archive.read(name)
        else:
            text = path.read_bytes()
        manifest = json.loads(text)
        known = manifest["format"], manifest["version"]
        usable = known == (FORMAT, VERSION) and isinstance(manifest["files"], dict)
    except OSError as error:
        raise LabelError("the manifest cannot be read", got=f"{path} ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile):
        raise LabelError(
            "this is no manifest", got=path, expected=f"the {MANIFEST} of an export"
        ) from None
    if not usable:
        raise LabelError(
            "the manifest is of another format",
            got=f"{known[0]} {known[1]}",
            expected=f"{FORMAT} {VERSION}",
        )
    found: dict[str, Any] = manifest
    return found


def differences(manifest: Mapping[str, Any], made: Bundle) -> list[str]:
    """Say in which files an export, made anew, differs from what a manifest says; none if equal."""
    told: Mapping[str, Mapping[str, Any]] = manifest["files"]
    found = [f"{name}: is not made any more" for name in sorted(told.keys() - made.files.keys())]
    for name, content in sorted(made.files.items()):
        if name not in told:
            found.append(f"{name}: was not there")
        elif hashlib.sha256(content).hexdigest() != told[name].get("sha256"):
            found.append(f"{name}: differs, {len(content)} bytes now, {told[name]['bytes']} then")
    ours: Any = made.manifest["made_with"]
    theirs = manifest.get("made_with", {})
    if found and ours != theirs:
        versions = ", ".join(f"{n} {theirs.get(n, 'none')} then, {v} now" for n, v in ours.items())
        found.append(f"made with other versions: {versions}")
    return found


def _safe(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name) or "campaign"
