/*
 * convertlead.h: Zoho CRM convertLead, v1 to v2 and back, for callers in any language.
 *
 * An old integration makes a v1 call and reads a v1 reply. Between the two goes this:
 *
 *     v1 call  -> convertlead_translate_request -> v2 address and body
 *                 (you send them, with your own OAuth token)
 *     v1 reply <- convertlead_translate_reply   <- v2 reply
 *
 *     const char options[] = "{\"api-version\":\"v2.1\"}";
 *     convertlead_translator *translator;
 *     convertlead_result result;
 *     if (convertlead_translator_create(options, sizeof options - 1, &translator, &result) != CONVERTLEAD_OK)
 *         fprintf(stderr, "%s\n", result.diagnostics);
 *     convertlead_result_free(&result);
 *     if (convertlead_translate_request(translator, call, call_length, &result) == CONVERTLEAD_OK)
 *         send(result.url, result.body, result.body_length);
 *     convertlead_result_free(&result);
 *     ...
 *     convertlead_translator_free(translator);
 *
 * Rules for all functions
 *
 * - Plain C89. Texts are UTF-8, given by address and length; only where a parameter is called a string does a zero byte end
 *   it. An address may be NULL when its length is 0. A length above CONVERTLEAD_MAX_LENGTH is refused unread.
 * - Any bytes give a status and diagnostics. No input ends the process.
 * - One translator serves one call at a time: make one for each thread. A second call at the same time is refused with
 *   CONVERTLEAD_BUSY. Different translators share nothing.
 * - A translator may be used after fork(), in parent and child, if no other thread was inside this library or libxml2
 *   during it: libxml2 has a lock that a child would wait for.
 * - Nothing is read or written but the memory given: no files, network, environment, clock, standard streams, locale.
 *   There are no callbacks, threads, signal handlers or settings of the process; libxml2's own settings and error list
 *   are left as the host has them.
 * - Using a translator or a result after it was freed, or freeing it twice, is undefined, as with free().
 * - Running out of memory ends the process, except where CONVERTLEAD_MEMORY is returned.
 */
#ifndef CONVERTLEAD_H
#define CONVERTLEAD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of this header: major * 10000 + minor * 100 + patch. Within one major version functions are only added, structures
 * stay as they are, and nothing changes its meaning. */
#define CONVERTLEAD_VERSION 10100

/* Longest text that is read, in bytes: 256 MiB. The XML of one call may have 10 MiB. */
#define CONVERTLEAD_MAX_LENGTH 268435456

/* Statuses. */

/* Done. There may be warnings and notes among the diagnostics. */
#define CONVERTLEAD_OK 0
/* The input was refused: at least one of the diagnostics is an error. */
#define CONVERTLEAD_REFUSED 1
/* An argument cannot be used: NULL where there must be something, or a length above CONVERTLEAD_MAX_LENGTH. */
#define CONVERTLEAD_ARGUMENT 2
/* The translator is in use by another thread. */
#define CONVERTLEAD_BUSY 3
/* There is no memory for the result. */
#define CONVERTLEAD_MEMORY 4

/* An organisation's tables and options, ready to translate. */
typedef struct convertlead_translator convertlead_translator;

/*
 * The result of a function. Each text is followed by a zero byte that its length does not count; a text that a function does
 * not set is NULL with length 0. Every function sets the whole result, whatever its status, and never frees what was in it
 * before. The texts are yours until convertlead_result_free.
 */
typedef struct convertlead_result {
    /* Address for the v2 call, such as https://www.zohoapis.com/crm/v2/Leads/1/actions/convert: POST the body there. */
    char *url;
    size_t url_length;
    /* Body of the v2 call: JSON. */
    char *body;
    size_t body_length;
    /* How the old caller wants its reply, such as /crm/private/json/Leads/convertLead. Keep it until the reply comes. */
    char *uri;
    size_t uri_length;
    /* The v1 reply for the old caller, XML or JSON as the uri says. Send it with HTTP status 200 and CONVERTLEAD_CONTENT_TYPE. */
    char *reply;
    size_t reply_length;
    /* JSON array of objects with code, severity (error, warning, note), source, line, column, path, message, advice; "[]"
     * when nothing was found. Credentials are never in it; customer values only with the option show-values. */
    char *diagnostics;
    size_t diagnostics_length;
    /* The block that holds the texts. */
    void *memory;
} convertlead_result;

/* The version of the library, as CONVERTLEAD_VERSION. Works with a header of the same major version that is not newer. */
int convertlead_version(void);

/*
 * Makes a translator.
 *
 * options: a JSON object with the options of the command by their names: api-version, api-domain, lead-id,
 * unknown-assignee, unknown-field, bad-value, date-order, time-zone, pipeline, compact, strict, show-values, labels,
 * defaults, errors. No text is no options; an unknown name is an error. time-zone is an offset such as "+05:30", or a zone
 * spelled out, because the library reads no time zone database: {"offset":3600,"transitions":[[1521939600,7200],...]}, in
 * seconds: the offset from UTC at first, then the time of each change since 1970 in UTC and the offset from then on.
 * translator: set to the translator, to be freed with convertlead_translator_free; to NULL with any status but
 * CONVERTLEAD_OK.
 * result: gets diagnostics. May be NULL.
 */
int convertlead_translator_create(
    const void *options, size_t options_length, convertlead_translator **translator, convertlead_result *result);

/*
 * Adds a table. One kind may be added several times, such as the pages of a users export. A table that is refused leaves
 * the translator as it was.
 *
 * kind: a string: "users" (v2 users export in JSON, v1 getUsers in XML or JSON, CSV email,id[,status]), "fields" (v2 fields
 * export for Deals, v1 getFields), "roles" (contact roles export, CSV name,id), or "lookup:API_NAME" (CSV name,id, for the
 * lookup field of that api name).
 * name: a string, what diagnostics call the table, such as its file's name. May be NULL.
 * result: gets diagnostics. May be NULL.
 */
int convertlead_translator_add_table(
    convertlead_translator *translator, const char *kind, const char *name, const void *table, size_t table_length,
    convertlead_result *result);

/* Frees a translator. NULL is ignored. */
void convertlead_translator_free(convertlead_translator *translator);

/*
 * Translates one v1 call.
 *
 * call: the call in any form: URL, form body, multipart body, raw HTTP request, JSON object with leadId and xmlData, or the
 * bare XML of xmlData when its root or the option lead-id has the lead id. Credentials in it are dropped.
 * result: with CONVERTLEAD_OK url, body, uri and diagnostics; with CONVERTLEAD_REFUSED uri, diagnostics, and in reply the v1
 * error reply for the old caller: code 4835 for broken XML, 4831 for a missing parameter, 4401 for a missing field,
 * 4832 for text in place of a number, 4600 for anything else.
 */
int convertlead_translate_request(
    convertlead_translator *translator, const void *call, size_t call_length, convertlead_result *result);

/*
 * Translates one v2 reply, of v2 to v8, to the v1 reply.
 *
 * reply: the body, whatever its HTTP status.
 * uri: a string, the uri of the call's result. It says whether the reply is XML or JSON, and error replies repeat it. NULL is
 * v1's path for XML.
 * result: always reply and diagnostics. CONVERTLEAD_REFUSED when the v2 reply cannot be understood: reply then is error 4500,
 * and it is unknown whether the lead was converted.
 */
int convertlead_translate_reply(
    convertlead_translator *translator, const void *reply, size_t reply_length, const char *uri,
    convertlead_result *result);

/* The details for convertlead_result_detail. */

/* Content type of the reply: text/xml;charset=utf-8 or application/json;charset=utf-8. */
#define CONVERTLEAD_CONTENT_TYPE 1
/* Ids of the records that the lead became. One that was not made has none; a conversion made at least one. */
#define CONVERTLEAD_CONTACT 2
#define CONVERTLEAD_DEAL 3
#define CONVERTLEAD_ACCOUNT 4
/* Code of the error: v2's, such as DUPLICATE_DATA, or an OAuth error, such as invalid_token. For a call that was refused the
 * code of the first of the diagnostics that is an error, such as v1.field.missing. None when the v2 reply was not understood. */
#define CONVERTLEAD_CODE 5
/* Why the lead was not converted, as one of a fixed set of words, for counting and for what to do next:
 *
 *     limitReached      send it again later
 *     unauthenticated   send it again with a new token
 *     serverError       the lead may be converted: look before it is sent again
 *     codeUnknown       the same
 *     replyUnreadable   the same
 *     any other         sent again it fails again: leadMissing, leadConverted, fieldMissing, valueNotNumber, valueInvalid,
 *                       valueMismatch, duplicate, approvalPending, recordLocked, actionNotAllowed, scopeMissing,
 *                       permissionMissing, requestInvalid, requestUnreadable, parameterMissing, featureMissing, storageFull
 */
#define CONVERTLEAD_REASON 6

/*
 * One detail of a result, so that a caller need not parse the reply: a string that is valid until the result is freed, or NULL
 * when there is none. With a reply there is a content type, and either an id or a reason; only a v1 reply that was given as v2
 * reply and passed through has neither.
 *
 * result: filled by convertlead_translate_request or convertlead_translate_reply. NULL returns NULL.
 * detail: one of the numbers above; any other returns NULL.
 *
 * Since 1.1.0.
 */
const char *convertlead_result_detail(const convertlead_result *result, int detail);

/* Frees the texts of a result and sets all its members to NULL and 0. NULL is ignored. */
void convertlead_result_free(convertlead_result *result);

#ifdef __cplusplus
}
#endif

#endif
