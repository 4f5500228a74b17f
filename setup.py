"""Name the packages: `mmdemo`, and `assets/` as a folder of data in it. The rest: pyproject.toml.

In a checkout the sample shop and its model lie beside the package; `mmdemo.sample.find_assets`
finds them at both places. Folders of data are named too: setuptools warns of those that it finds
by themselves.
"""

from setuptools import find_namespace_packages, setup

code = find_namespace_packages(include=["mmdemo*"], exclude=["*.__pycache__"])
data = find_namespace_packages("assets", exclude=["pack", "pack.*", "shop.truth"])

setup(packages=[*code, "mmdemo.assets", *(f"mmdemo.assets.{name}" for name in data)])
