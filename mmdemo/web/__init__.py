"""The browser's side: pages, photos and grades over HTTP. Knows no model, table or file format.

`mmdemo.web.app` is not imported here: it needs gradio, which takes two seconds to load.
"""

import os

# Gradio reads these when it is imported. It is to call nobody, and not to compute statistics of
# all events so far with pandas after every single one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"

from mmdemo.web.loading import EngineHandle, LoadState

__all__ = ["EngineHandle", "LoadState"]
