"""What several of these tests need: both languages, closed figures, a cluster for Spark."""

import matplotlib.pyplot as plt
import pytest

# A cluster on this machine, small and quiet.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    # the quick compiler only, and no threads for clearing up: half the processor's time
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


@pytest.fixture(params=["en", "zh"])
def language(request, monkeypatch):
    monkeypatch.setenv("CRMLIB_LANGUAGE", request.param)
    return request.param


@pytest.fixture
def no_figure_is_left_open():
    before = plt.get_fignums()
    yield
    plt.close("all")
    assert before == []


@pytest.fixture(scope="session")
def spark(java_required, tmp_path_factory):
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    builder = SparkSession.builder.master("local[2]").appName("crmlib's tests")
    for name, value in {**SETTINGS, "spark.sql.warehouse.dir": str(folder)}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
