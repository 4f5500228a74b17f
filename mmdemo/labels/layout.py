"""Make tables and check the version of their format. Knows no column of theirs but the version."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from mmdemo.errors import LabelError


@dataclass(frozen=True)
class Layout:
    """Tables that are made together.

    Attributes:
        nouns: what they hold, for messages.
        metadata: the tables, of which `versions` holds the version of their format.
    """

    nouns: str
    metadata: MetaData
    versions: Table
    version: int

    def is_ready(self, connection: Connection) -> bool:
        """Tell whether the tables are there; False for a database without any of them.

        Raises:
            LabelError: they are there, but not as this version of mmdemo made them.
        """
        names = set(inspect(connection).get_table_names())
        if self.versions.name not in names:
            others = sorted(names & set(self.metadata.tables))
            if others:
                raise LabelError(
                    f"the database has a table '{others[0]}' that mmdemo did not make",
                    remedy="choose another database with --labels",
                )
            return False
        versions = list(connection.scalars(select(self.versions.c.version)))
        if versions != [self.version]:
            raise LabelError(
                f"the {self.nouns} are kept in another format",
                got=f"version {', '.join(map(str, versions)) or 'none'}",
                expected=f"version {self.version}",
                remedy="use the mmdemo that wrote them",
            )
        return True

    def create(self, connection: Connection) -> None:
        """Make tables, indexes and triggers, and note their version."""
        self.metadata.create_all(connection)
        connection.execute(insert(self.versions).values(version=self.version))
