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

// The version of the libxml2 that runs, such as "20914"; a macro that Swift does not see.
static inline const char *convertlead_libxml_version(void) { return xmlParserVersion; }

#endif
