"""Start here: settings → engine → web app → serve. Options as `mmdemo serve --help` tells."""

import sys

from mmdemo.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
