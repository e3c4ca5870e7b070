/* A legacy caller as it was: API v1, XML in and out. */
#include "callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int convert_before(const char *lead_id, const char *encoded_xml, convert_lead_send post, char *contact, char *message)
{
    char *form = malloc(strlen(encoded_xml) + 128);
    char *reply;
    int result = -1;

    if (form == NULL) return -1;
    sprintf(form, "authtoken=secret&scope=crmapi&leadId=%.20s&xmlData=%s", lead_id, encoded_xml);
    reply = post("https://crm.zoho.com/crm/private/xml/Leads/convertLead", form, strlen(form), NULL);
    if (reply != NULL) {
        const char *found = strstr(reply, "<Contact param=\"id\">");
        if (found != NULL && sscanf(found, "<Contact param=\"id\">%20[0-9]", contact) == 1) result = 0;
        found = strstr(reply, "<code>");
        if (found != NULL) sscanf(found, "<code>%120[^<]", message);
    }
    free(reply);
    free(form);
    return result;
}
