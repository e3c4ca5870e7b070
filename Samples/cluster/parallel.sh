#!/bin/sh
# An archive with a request a line, not compressed, over all processors of a machine, with GNU parallel: results on standard output, in order.
#
#   parallel.sh ARCHIVE [translation options]        JOBS and BLOCK are parallel's --jobs and --block
#
# Over several machines, with convertlead and filter.sh on each of them:
#
#   parallel --pipe --block 32M --keep-order --sshloginfile machines filter.sh < ARCHIVE
set -eu
archive=$1
shift
exec parallel --will-cite --pipepart --arg-file "$archive" --block "${BLOCK:-32M}" --jobs "${JOBS:-100%}" \
    --keep-order --halt now,fail=1 --quote "$(dirname "$0")/filter.sh" "$@"
