"""Name the packages: `mmdemo`, and `assets/` as a folder of data in it. The rest: pyproject.toml.

In a checkout the sample shop and its model lie beside the package; `mmdemo.sample.find_assets`
finds them at both places.
"""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["mmdemo*"]), "mmdemo.assets"])
