#include "build.h"

#ifndef CONVERTLEAD_COMMIT
#define CONVERTLEAD_COMMIT ""
#endif

const char *convertlead_commit(void) { return CONVERTLEAD_COMMIT; }
