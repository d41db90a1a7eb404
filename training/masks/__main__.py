"""`python -m training.masks --work FOLDER --photos FOLDER --minutes 45 --out FOLDER`: parts, training, export.

Each step leaves its result in the work folder; called again, finished ones are skipped and broken ones go on.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import torch

from training.masks import card, store
from training.masks.train import train


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.masks", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="parts and checkpoint (about 700 MB)")
    parser.add_argument("--photos", type=Path, help="folder of real photos for grounds, cloth and clothes")
    parser.add_argument("--renders", type=int, default=store.Amounts.renders, help="products to render")
    parser.add_argument("--minutes", type=float, default=45.0)
    parser.add_argument("--out", type=Path, help="folder to write the network and its card into")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    parts = store.made(given.work, given.photos, replace(store.Amounts(), renders=given.renders))
    train(given.work, given.minutes)
    if given.out:
        print(f"wrote {card.write(given.out, given.work, parts)}")


if __name__ == "__main__":
    main()
