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

// Lets libxml2 2.9 read a text that ends with a zero where it lies, as one input that is never filled again; `progressive` keeps
// it from trying to near the end. 2.14 has neither `inputPush` nor a use for the member. Returns 0 when the input is not taken.
#if LIBXML_VERSION < 21000
#define CONVERTLEAD_READS_IN_PLACE 1
static inline int convertlead_read_in_place(xmlParserCtxtPtr context, xmlParserInputPtr input) {
  if (inputPush(context, input) < 0) return 0;
  context->progressive = 1;
  return 1;
}
#else
#define CONVERTLEAD_READS_IN_PLACE 0
static inline int convertlead_read_in_place(xmlParserCtxtPtr context, xmlParserInputPtr input) { return 0; }
#endif

#endif
