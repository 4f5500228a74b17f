import gzip
from pathlib import Path

import pytest

from mmdemo.errors import EvaluationError
from mmdemo.records import Query, Topic
from mmdemo.trec import read_facets, read_ids, read_qrels, read_topics


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    data = content.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", 'query_id,query\n1,red shoe\n2,"shoe, blue"\n'),
        ("t.csv.gz", 'query_id,query\n1,red shoe\n2,"shoe, blue"\n'),
        ("bom.csv", '\ufeffqid,text\r\n1,red shoe\r\n2,"shoe, blue"\r\n'),
        ("t.tsv", "locale\tID\tQuery\nus\t1\tred shoe\nus\t2\tshoe, blue\n"),
        ("plain.tsv", "1\tred shoe\n\n2\tshoe, blue"),
        ("plain.tsv.gz", "1\tred shoe\n2\tshoe, blue\n"),
        ("spaces.txt", " 1 \t red shoe \r\n2\tshoe, blue\r\n"),
    ],
)
def test_reads_every_variant_in_the_order_of_the_file(
    tmp_path: Path, name: str, content: str
) -> None:
    assert read_topics(write(tmp_path, name, content)) == [
        Topic("1", Query("red shoe")),
        Topic("2", Query("shoe, blue")),
    ]


def test_quotes_are_csv_below_a_header_and_text_without_one(tmp_path: Path) -> None:
    table = write(tmp_path, "t.tsv", 'qid\tquery\n1\t"19"" monitor"\n2\t19" monitor\n')
    assert [t.query.text for t in read_topics(table)] == ['19" monitor', '19" monitor']
    plain = write(tmp_path, "p.tsv", '1\t"slim fit" jeans\n2\t"jeans\n')
    assert [t.query.text for t in read_topics(plain)] == ['"slim fit" jeans', '"jeans']


def test_a_first_query_that_reads_like_a_column_name_is_not_a_header(tmp_path: Path) -> None:
    assert read_topics(write(tmp_path, "p.tsv", "7\ttext\n8\tid\n")) == [
        Topic("7", Query("text")),
        Topic("8", Query("id")),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("query_id,query\n1,a\n2,\n", "line 3 has no text"),
        ("query_id,query\n ,a\n", "line 2 has no id"),
        ("query_id,query\n1,a\n\n1,b\n", "line 4 repeats a query id: got 1"),
        ("query_id,query\n1,red, blue\n", "line 2 has another number of cells: got 3, expected 2"),
        ("query_id,query\n1\n", "line 2 has another number of cells: got 1"),
        ('query_id,query\n1,"a" b\n', "line 2 is not a table row"),
        ('query_id,query\n1,ok\n2,"open\n', "line 3 is not a table row"),
        ("query_id,words\n1,a\n", "got query_id, words, expected one of query_id, qid"),
        ("query_id\twords\n1\ta\n", "got query_id, words, expected one of query_id, qid"),
        ("red shoe\n", "got red shoe"),
        ("1\ta\n2\n", "line 2 has another number of cells: got 1, expected 2"),
        ("query_id,query\n", "has a header but no queries"),
        ("\n \n", "has no queries"),
    ],
)
def test_topic_errors_name_file_line_and_expectation(
    tmp_path: Path, content: str, message: str
) -> None:
    path = write(tmp_path, "topics.csv", content)
    with pytest.raises(EvaluationError) as caught:
        read_topics(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert "expected" in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"cannot read .*none\.csv: got No such file"):
        read_topics(tmp_path / "none.csv")
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"qid,query\n1,caf\xe9\n")
    with pytest.raises(EvaluationError, match=r"latin\.csv, line 2 is not text"):
        read_topics(latin)
    broken = tmp_path / "broken.tsv.gz"
    broken.write_bytes(gzip.compress(b"1\ta\n" * 500)[:-12])
    with pytest.raises(EvaluationError, match=r"cannot read .*broken\.tsv\.gz"):
        read_topics(broken)
    misnamed = tmp_path / "plain.gz"  # the bytes tell, not the name
    misnamed.write_text("1\ta\n")
    assert [topic.topic_id for topic in read_topics(misnamed)] == ["1"]


@pytest.mark.parametrize("name", ["q.qrels", "q.qrels.gz"])
def test_reads_qrels_with_ids_as_the_catalog_writes_them(tmp_path: Path, name: str) -> None:
    content = "q1 0 a%20b 3\nq1\t0\tc 0\r\n\nq2 0 50%25 1\nq2 0 50%off -1\n"
    assert read_qrels(write(tmp_path, name, content)) == {
        "q1": {"a b": 3, "c": 0},
        "q2": {"50%": 1, "50%off": -1},
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("q1 0 a 3\nq1 0 b\n", "line 2 is not a judgment: got 'q1 0 b'"),
        ("q1 0 a b 3\n", "line 1 is not a judgment"),
        ("q1 0 a E\n", "line 1 is not a judgment"),
        ("q1 0 a 1.5\n", "line 1 is not a judgment"),
        ("q1 0 a 3\nq2 0 a 3\nq1 0 a 3\n", "line 3 judges a product again: got a for topic q1"),
        ("\n", "has no judgments"),
    ],
)
def test_qrels_errors_name_the_line(tmp_path: Path, content: str, message: str) -> None:
    path = write(tmp_path, "bad.qrels", content)
    with pytest.raises(EvaluationError) as caught:
        read_qrels(path)
    assert f"{path}" in str(caught.value)
    assert message in str(caught.value)


def test_an_id_with_a_space_is_the_same_in_every_file(tmp_path: Path) -> None:
    for word in ("red 1", "red%201"):
        (topic,) = read_topics(write(tmp_path, "t.csv", f"query_id,query\n{word},shoe\n"))
        assert topic.topic_id == "red 1"
        assert read_ids(write(tmp_path, "ids", f"{word}\n")) == {"red 1"}
    assert set(read_qrels(write(tmp_path, "q.qrels", "red%201 0 a 3\n"))) == {"red 1"}


def test_reads_ids(tmp_path: Path) -> None:
    assert read_ids(write(tmp_path, "ids", "q1\n q2 \n\nq1\n")) == {"q1", "q2"}
    with pytest.raises(EvaluationError, match="has no ids"):
        read_ids(write(tmp_path, "empty", "\n"))


def test_reads_photos_beside_the_file_and_the_split(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mug.webp").write_bytes(b"pixels")
    content = (
        "query_id,query,photo,split\n1,,photos/mug.webp,test\n2,in red,photos/mug.webp,train\n"
        "3,bowl,,\n"
    )
    assert read_topics(write(tmp_path, "t.csv", content)) == [
        Topic("1", Query("", b"pixels"), "test"),
        Topic("2", Query("in red", b"pixels"), "train"),
        Topic("3", Query("bowl"), ""),
    ]


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "query_id,query,photo\n1,,none.webp\n")
    with pytest.raises(EvaluationError, match=r"line 2 names a photo .* got .*none\.webp: No such"):
        read_topics(path)
    neither = write(tmp_path, "n.csv", "query_id,query,photo\n1,,\n")
    with pytest.raises(EvaluationError, match="line 2 has no text"):
        read_topics(neither)


def test_further_columns_are_facets(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('query_id,Family,query,Split,\na%20b,seen,"red, cup",dev,x\nc,,cup, dev ,\n')
    assert [t.topic_id for t in read_topics(path)] == ["a b", "c"]
    assert read_facets(path) == {"family": {"a b": "seen"}, "split": {"a b": "dev", "c": "dev"}}


def test_lines_without_a_header_have_no_facets(tmp_path: Path) -> None:
    path = tmp_path / "q.tsv"
    path.write_text("1\tred cup\n")
    assert read_facets(path) == {}
