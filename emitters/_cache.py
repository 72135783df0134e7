"""Where engines are installed: folders of the user's cache, each of which is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_folder() -> Path:
    """The toolkit's own folder in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(cache) if os.path.isabs(cache) else Path.home() / ".cache"
    return root / "hubshift"


def fresh_folder(home: Path) -> Path:
    """A new folder beside `home`, to be put in its place when it is whole."""
    home.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{home.name}.", suffix=".partial", dir=home.parent))


def put_in_place(fresh: Path, home: Path, is_whole: Callable[[Path], bool]) -> bool:
    """Moves a whole installation to its final name, unless another process was first; false where that cannot be."""
    for _ in range(10):
        try:
            fresh.rename(home)
            return True
        except OSError:
            if is_whole(home):
                return True
        broken = Path(tempfile.mkdtemp(prefix=f"{home.name}.", suffix=".broken", dir=home.parent))
        try:
            home.rename(broken / "old")
        except FileNotFoundError:
            pass
        finally:
            shutil.rmtree(broken, ignore_errors=True)
    return False
