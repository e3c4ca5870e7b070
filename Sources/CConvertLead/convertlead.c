/* Shows that the header stands alone and is plain C. */
#include "convertlead.h"

typedef char convertlead_version_has_three_parts[CONVERTLEAD_VERSION >= 10000 ? 1 : -1];
