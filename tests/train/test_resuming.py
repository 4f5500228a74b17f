"""A run that is killed in each of its steps."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.errors import ModelError
from mmdemo.towers import load_towers
from mmdemo.train import RecipeConfig, RecipeResult, run_recipe
from tests.train.left import NETWORKS, folder_of, kept_steps, weights

MakeConfig = Callable[..., RecipeConfig]

KILLED = """
import os, signal, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from mmdemo.catalog import Catalog
from mmdemo.train import RecipeConfig, loop, run_recipe
from mmdemo.train.config import read_config

shop, config, out, *steps = sys.argv[1:]
catalog, config = Catalog.open(Path(shop)), RecipeConfig.from_json(read_config(Path(config)))
save, contrast = loop.save_checkpoint, loop.contrast

def run(doomed):
    saved = []
    def save_checkpoint(path, *state):
        save(path, *state)
        if path.parent.name.rpartition("-")[0] == doomed:
            saved.append(path)
    def step(*batch, **choices):
        loss = contrast(*batch, **choices)
        if saved:  # within the epoch after the checkpoint
            os.kill(os.getpid(), signal.SIGKILL)
        return loss
    loop.save_checkpoint, loop.contrast = save_checkpoint, step
    run_recipe(catalog, config, Path(out), device="cpu")

for doomed in steps:
    child = os.fork()  # the libraries are loaded once
    if not child:
        try:
            run(doomed)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    left = list((Path(out) / "training").glob(f"{doomed}-*/checkpoint.pt"))
    model = (Path(out) / "open_clip_config.json").exists()
    print(doomed, killed, len(left), model, flush=True)
"""


@pytest.mark.timeout(900)  # half a minute of one core, but a busy machine is no defect
def test_a_run_killed_in_every_step_ends_as_one_that_was_not(
    whole: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(make_config().to_json()))
    out = tmp_path / "model"
    steps = ["domain", "text", "image", *NETWORKS]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, shop.directory, tmp_path / "config.json", out, *steps],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # Killed each time, with a checkpoint of that step, and no model yet.
    assert done.stdout.splitlines() == [f"{step} True 1 False" for step in steps], done.stderr
    with pytest.raises(ModelError, match="no model in this folder"):
        load_towers(f"local-dir:{out}", device="cpu")

    resumed = run_recipe(shop, make_config(), out, device="cpu")
    assert list(resumed.steps) == list(whole.steps)
    for name, step in resumed.steps.items():
        straight = whole.steps[name]
        assert step.measures == pytest.approx(straight.measures, abs=1e-6)
        assert step.losses == pytest.approx(straight.losses, abs=1e-6)
        assert step.best == straight.best
    one, two = weights(folder_of(whole)), weights(out)
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        torch.testing.assert_close(tensor, two[name], rtol=0, atol=1e-6)
    work = out / "training"
    assert len(kept_steps(work)) == len(steps), "none was begun a second time"
    assert not list(work.glob("*/checkpoint.pt")), "what is done needs none"
