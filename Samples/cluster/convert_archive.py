#!/usr/bin/env python3
"""Translates an archive of lines on a Spark cluster: every partition goes through `convertlead bulk --output -`.

    spark-submit convert_archive.py ARCHIVE OUTPUT [translation options]

ARCHIVE is anything that Spark reads as lines: a file, a directory, a pattern, in any file system it knows; gzip and so on
by the name. OUTPUT gets a directory of text files for each status, `status=converted` and `status=dead-letter`; their part
numbers keep the order of the archive. The command and filter.sh must be where the workers run: CONVERTLEAD names the
command, when it is not on the PATH. Files that options name must be there too; `spark-submit --files` brings them.

Needs pyspark (from PyPI: `pip install pyspark`) and Java 17.
"""
import os
import shlex
import sys

from pyspark.sql import SparkSession

STATUSES = ("converted", "dead-letter")


def with_status(line):
    """The line with its status, which is its first member."""
    return next(status for status in STATUSES if line.startswith('{"status":"%s",' % status)), line


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    archive, output, *options = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    command = shlex.join(["sh", os.path.join(here, "filter.sh"), *options])

    spark = SparkSession.builder.appName("convertlead").getOrCreate()
    lines = spark.sparkContext.textFile(archive, minPartitions=int(os.environ.get("PARTITIONS", "2")))
    results = lines.pipe(command, env=dict(os.environ), checkCode=True)
    spark.createDataFrame(results.map(with_status), "status string, value string").write.partitionBy("status").text(output)

    counts = {row["status"]: row["count"] for row in spark.read.text(output).groupBy("status").count().collect()}
    print(", ".join("%s %d" % (status, counts.get(status, 0)) for status in STATUSES))
    spark.stop()


if __name__ == "__main__":
    main()
