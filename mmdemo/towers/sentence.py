"""Load a sentence-transformers or HuggingFace text encoder. Knows no catalog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mmdemo.errors import ModelError
from mmdemo.towers.base import FloatArray, check_finite, first_line, hash_weights, unit_rows

PREFIX = "st:"


class SentenceTower:
    """A text tower that sentence-transformers can load; its space has no image tower."""

    def __init__(self, spec: str, *, device: str) -> None:
        # Imported only when such a tower is asked for: it costs seconds and memory.
        from sentence_transformers import SentenceTransformer

        name = spec.removeprefix(PREFIX)
        if name.startswith(("/", ".", "~")) and not Path(name).is_dir():
            raise ModelError("no such folder", got=name, expected="one that holds a text encoder")
        try:
            self._model = SentenceTransformer(name, device=device)
        except Exception as error:  # hub, tokenizer and torch raise all kinds
            raise ModelError(
                f"text encoder {spec} cannot be loaded: {first_line(error)}",
                remedy="give a folder that holds one, or a name that the model hub can resolve",
            ) from error
        self.spec = PREFIX + (str(Path(name).resolve()) if Path(name).is_dir() else name)
        # The same weights give other vectors with another pooling or prompt.
        steps: list[tuple[str, object]] = [
            (type(step).__name__, getattr(step, "get_config_dict", dict)()) for step in self._model
        ]
        prompt = self._model.prompts.get(self._model.default_prompt_name)
        self.fingerprint = hash_weights(
            self._model.state_dict(), "text", self._model.max_seq_length, steps, prompt
        )
        self.dimension = int(self.encode_texts(["a"]).shape[1])

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts: float32 (n, dimension), unit rows."""
        vectors = self._model.encode(
            list(texts), convert_to_numpy=True, show_progress_bar=False, batch_size=len(texts) or 1
        )
        return check_finite(unit_rows(np.asarray(vectors, dtype=np.float32)), self.spec)
