"""How the sample shop is made; a development dependency, not part of the installed package."""
