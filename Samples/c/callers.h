/* One legacy caller, before and after: the contact's id that a lead became, or -1 with its error in message. */
#ifndef CALLERS_H
#define CALLERS_H

#include "convert_lead.h"

/* url-encoded XML goes in, digits come out; contact and message have room for 128 bytes. */
int convert_before(const char *lead_id, const char *encoded_xml, convert_lead_send post, char *contact, char *message);
int convert_after(
    convertlead_translator *translator, const char *lead_id, const char *encoded_xml, convert_lead_send post,
    char *contact, char *message);

#endif
