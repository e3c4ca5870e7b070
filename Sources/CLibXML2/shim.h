#ifndef CONVERTLEAD_CLIBXML2_SHIM_H
#define CONVERTLEAD_CLIBXML2_SHIM_H

#include <libxml/xmlversion.h>
// libxml2's headers include the system's ICU where it was built with it. Foundation brings an ICU of its own, and a module
// that sees both sometimes fails to compile: "'UErrorCode' has different definitions". Nothing here uses ICU's members.
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>

#endif
