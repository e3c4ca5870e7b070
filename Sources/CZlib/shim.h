#ifndef CONVERTLEAD_CZLIB_SHIM_H
#define CONVERTLEAD_CZLIB_SHIM_H

#include <zlib.h>

#endif
