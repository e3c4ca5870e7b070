/* What only the build knows, and Swift cannot be told. */
#ifndef CONVERTLEAD_BUILD_H
#define CONVERTLEAD_BUILD_H

/* The commit that was built, as CONVERTLEAD_COMMIT in the environment of the build named it; empty when it named none. */
const char *convertlead_commit(void);

#endif
