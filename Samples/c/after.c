/* The same caller with the shim: post now sends v2 calls, and the rest did not change. */
#include "callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int convert_after(
    convertlead_translator *translator, const char *lead_id, const char *encoded_xml, convert_lead_send post,
    char *contact, char *message)
{
    char *call = malloc(strlen(encoded_xml) + 192);
    char *reply;
    int result = -1;

    if (call == NULL) return -1;
    sprintf(
        call, "https://crm.zoho.com/crm/private/xml/Leads/convertLead?scope=crmapi&leadId=%.20s&xmlData=%s", lead_id,
        encoded_xml);
    reply = convert_lead(translator, call, strlen(call), post, NULL);
    if (reply != NULL) {
        const char *found = strstr(reply, "<Contact param=\"id\">");
        if (found != NULL && sscanf(found, "<Contact param=\"id\">%20[0-9]", contact) == 1) result = 0;
        found = strstr(reply, "<code>");
        if (found != NULL) sscanf(found, "<code>%120[^<]", message);
    }
    free(reply);
    free(call);
    return result;
}
