#ifndef CONVERTLEAD_ALLOCATION_COUNT_H
#define CONVERTLEAD_ALLOCATION_COUNT_H

/* Calls of malloc, calloc, realloc and the aligned forms in this process so far, libxml2's included. */
unsigned long allocation_count(void);

#endif
