"""Makes every picture of the manual from the program itself: `python -m tests.e2e.screenshots`.

The real window stands on the practice township, at 1366×768. `--scale 2` draws the same at 200 %,
for looking at; give it another folder with `--out`. `--theme dark` and `--large` likewise.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.e2e import shots_exchange as exchange
from tests.e2e import shots_register as register
from tests.e2e import shots_work as work
from tests.e2e.studio import PICTURES, Studio

Take = Callable[[Studio], None]
# in this order: what one leaves behind is seen in the pictures of the next
SHOTS: dict[str, Take] = {
    take.__name__: take
    for take in (
        register.setup,
        register.login,
        register.home,
        work.work,
        register.households,
        register.sign,
        register.places,
        register.frame,
        register.groups,
        register.sheets,
        work.papers,
        register.duplicates,
        work.demand,
        work.fairs,
        work.reports,
        exchange.exchange,
        exchange.answers,
        exchange.settings,
        work.dispatch,
        register.form,
        register.help_,
    )
}


def main(arguments: list[str] | None = None) -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--theme", default="light")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(SHOTS), choices=list(SHOTS))
    given = parser.parse_args(arguments)
    os.environ["QT_SCALE_FACTOR"] = str(given.scale)
    out = given.out or PICTURES
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        studio = Studio(folder, out, given.theme, given.large, given.scale)
        for name, take in SHOTS.items():
            if name in given.only:
                take(studio)
        studio.close()


if __name__ == "__main__":
    main()
