/* The shim around an old v1 caller, in one function. */
#ifndef CONVERT_LEAD_H
#define CONVERT_LEAD_H

#include <convertlead.h>

/* Sends a v2 call with your own token; gives the body of the reply, to be freed with free(), or NULL when the connection
 * failed. context is what was given to convert_lead. */
typedef char *(*convert_lead_send)(const char *url, const char *body, size_t body_length, void *context);

/* The v1 reply to a v1 call, as a string to be freed with free(); NULL when nothing could be sent or memory is short. */
char *convert_lead(
    convertlead_translator *translator, const char *call, size_t call_length, convert_lead_send send, void *context);

#endif
