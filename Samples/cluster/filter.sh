#!/bin/sh
# One share of an archive: lines of requests on standard input, one line for each on standard output.
#
#   filter.sh [translation options]        CONVERTLEAD names the command, when it is not on the PATH
#
# Dead letters are results like others, so exit status 1 of bulk is 0 here; a share without a line gives no line.
exec 3>&1
errors=$("${CONVERTLEAD:-convertlead}" bulk --output - --jobs 1 --quiet "$@" 2>&1 >&3)
status=$?
case $status:$errors in
0:* | 1:* | 65:*file.input.empty*) exit 0 ;;
esac
printf '%s\n' "$errors" >&2
exit $status
