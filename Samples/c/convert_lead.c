#include "convert_lead.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const char *text, size_t length)
{
    char *result = text == NULL ? NULL : malloc(length + 1);
    if (result != NULL) {
        memcpy(result, text, length);
        result[length] = '\0';
    }
    return result;
}

char *convert_lead(
    convertlead_translator *translator, const char *call, size_t call_length, convert_lead_send send, void *context)
{
    convertlead_result request;
    convertlead_result answer;
    char *v2_reply;
    char *v1_reply = NULL;
    int status = convertlead_translate_request(translator, call, call_length, &request);

    if (status == CONVERTLEAD_REFUSED) {
        v1_reply = copy(request.reply, request.reply_length);
    } else if (status == CONVERTLEAD_OK) {
        v2_reply = send(request.url, request.body, request.body_length, context);
        if (v2_reply != NULL) {
            status = convertlead_translate_reply(translator, v2_reply, strlen(v2_reply), request.uri, &answer);
            if (status == CONVERTLEAD_OK || status == CONVERTLEAD_REFUSED) {
                v1_reply = copy(answer.reply, answer.reply_length);
            }
            convertlead_result_free(&answer);
            free(v2_reply);
        }
    }
    convertlead_result_free(&request);
    return v1_reply;
}
