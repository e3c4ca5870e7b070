/* test [CASES.tsv]     Tests/Languages/run.sh makes the list of golden samples */
#include "callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char xml[] =
    "%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E"
    "%3Coption+val%3D%22assignTo%22%3Easha.rao%40example.com%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E"
    "%3CFL+val%3D%22Potential+Name%22%3ERoof%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2009%3C%2FFL%3E"
    "%3CFL+val%3D%22Potential+Stage%22%3EWon%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E";
static const char users[] = "email,id\nasha.rao@example.com,1386586000000105002\n";

static int failures;
static char sent_url[256];
static char sent_body[512];

static void expect(int condition, const char *what)
{
    if (!condition) {
        failures++;
        fprintf(stderr, "C: %s\n", what);
    }
}

static char *reply_with(const char *text)
{
    char *reply = malloc(strlen(text) + 1);
    if (reply != NULL) strcpy(reply, text);
    return reply;
}

static char *v1_server(const char *url, const char *body, size_t length, void *context)
{
    (void)url, (void)body, (void)length, (void)context;
    return reply_with("<?xml version=\"1.0\"?><success><Contact param=\"id\">11</Contact></success>");
}

static char *v2_server(const char *url, const char *body, size_t length, void *context)
{
    (void)context;
    expect(strlen(url) < sizeof sent_url && length < sizeof sent_body && strlen(body) == length, "what is sent");
    sprintf(sent_url, "%.255s", url);
    sprintf(sent_body, "%.511s", body);
    return reply_with("{\"data\":[{\"Contacts\":\"11\",\"Deals\":null,\"Accounts\":null}]}");
}

static convertlead_translator *create(const char *options)
{
    convertlead_translator *translator;
    convertlead_result result;
    if (convertlead_translator_create(options, strlen(options), &translator, &result) != CONVERTLEAD_OK) {
        fprintf(stderr, "C: %s\n", result.diagnostics == NULL ? "no translator" : result.diagnostics);
        exit(1);
    }
    convertlead_result_free(&result);
    return translator;
}

/* The legacy caller gets the same before and after, and an error that it reads when the call is refused. */
static void test_callers(void)
{
    convertlead_translator *translator = create("{\"compact\":true}");
    char before[128] = "", after[128] = "", message[128] = "";

    expect(convert_before("42", xml, v1_server, before, message) == 0, "before");
    expect(convert_after(translator, "42", xml, v2_server, after, message) == -1, "unknown assignee");
    expect(strcmp(message, "4600") == 0, "code of a refused call");
    expect(sent_url[0] == '\0', "a refused call is not sent");
    expect(
        convertlead_translator_add_table(translator, "users", NULL, users, sizeof users - 1, NULL) == CONVERTLEAD_OK,
        "users");
    expect(convert_after(translator, "42", xml, v2_server, after, message) == 0, "after");
    expect(strcmp(before, after) == 0, "before and after");
    expect(strcmp(sent_url, "https://www.zohoapis.com/crm/v2/Leads/42/actions/convert") == 0, "address");
    expect(
        strcmp(
            sent_body, "{\"data\":[{\"assign_to\":\"1386586000000105002\",\"Deals\":{\"Deal_Name\":\"Roof\","
                       "\"Closing_Date\":\"2009-12-21\",\"Stage\":\"Won\"}}]}") == 0,
        "body");
    convertlead_translator_free(translator);
}

/* What became of a call is told without parsing its reply. */
static void test_details(void)
{
    convertlead_translator *translator = create("{}");
    convertlead_result result;
    const char *contact;

    expect(
        convertlead_translate_reply(translator, "{\"Contacts\":\"11\"}", 17, NULL, &result) == CONVERTLEAD_OK, "reply");
    contact = convertlead_result_detail(&result, CONVERTLEAD_CONTACT);
    expect(contact != NULL && strcmp(contact, "11") == 0, "contact");
    expect(convertlead_result_detail(&result, CONVERTLEAD_DEAL) == NULL, "no deal");
    expect(
        strcmp(convertlead_result_detail(&result, CONVERTLEAD_CONTENT_TYPE), "text/xml;charset=utf-8") == 0,
        "content type");
    convertlead_result_free(&result);
    expect(convertlead_result_detail(&result, CONVERTLEAD_CONTACT) == NULL, "a detail of a freed result");
    expect(
        convertlead_translate_request(translator, "leadId=42&xmlData=<a", 20, &result) == CONVERTLEAD_REFUSED, "broken XML");
    expect(strcmp(convertlead_result_detail(&result, CONVERTLEAD_REASON), "requestUnreadable") == 0, "reason");
    convertlead_result_free(&result);
    convertlead_translator_free(translator);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    *length = 0;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        text = size < 0 ? NULL : malloc((size_t)size + 1);
        if (text != NULL) {
            *length = fread(text, 1, (size_t)size, file);
            text[*length] = '\0';
        }
    }
    if (file != NULL) fclose(file);
    if (text == NULL) {
        fprintf(stderr, "C: cannot read %s\n", path);
        exit(1);
    }
    return text;
}

/* Whether text, with end behind it, is what a file holds. */
static int holds(const char *path, const char *text, size_t length, const char *end)
{
    size_t expected_length;
    char *expected = read_file(path, &expected_length);
    int same = text != NULL && expected_length == length + strlen(end) && memcmp(expected, text, length) == 0
        && strcmp(expected + length, end) == 0;
    free(expected);
    return same;
}

/* One line of the cases: kind, name, options, tables, input, and what is expected. */
static void test_case(char *part[7])
{
    size_t length;
    char *options = read_file(part[2], &length);
    convertlead_translator *translator = create(options);
    convertlead_result result;
    char *text;
    char *table;
    int status;

    for (table = strcmp(part[3], "-") == 0 ? NULL : strtok(part[3], "|"); table != NULL; table = strtok(NULL, "|")) {
        char *path = strchr(table, '=');
        *path++ = '\0';
        text = read_file(path, &length);
        expect(convertlead_translator_add_table(translator, table, path, text, length, NULL) == CONVERTLEAD_OK, path);
        free(text);
    }
    text = read_file(part[4], &length);
    if (strcmp(part[0], "reply") == 0) {
        convertlead_translate_reply(translator, text, length, NULL, &result);
        expect(holds(part[5], result.reply, result.reply_length, ""), part[1]);
        convertlead_result_free(&result);
        convertlead_translate_reply(translator, text, length, "/crm/private/json/Leads/convertLead", &result);
        expect(holds(part[6], result.reply, result.reply_length, ""), part[1]);
    } else {
        status = convertlead_translate_request(translator, text, length, &result);
        if (strcmp(part[5], "-") == 0) {
            expect(status == CONVERTLEAD_REFUSED && result.reply_length > 0 && result.body == NULL, part[1]);
        } else {
            expect(status == CONVERTLEAD_OK && holds(part[5], result.body, result.body_length, "\n"), part[1]);
            if (strcmp(part[6], "-") != 0) expect(holds(part[6], result.url, result.url_length, "\n"), part[1]);
        }
    }
    convertlead_result_free(&result);
    free(text);
    convertlead_translator_free(translator);
    free(options);
}

/* The golden samples are byte-equal. */
static int test_golden_samples(const char *path)
{
    size_t length;
    char *cases = read_file(path, &length);
    char *line = cases;
    int count = 0;

    while (*line != '\0') {
        char *next = strchr(line, '\n');
        char *part[7];
        int index;
        *next = '\0';
        for (index = 0; index < 7 && line != NULL; index++) {
            char *tab = strchr(line, '\t');
            part[index] = line;
            if (tab != NULL) *tab = '\0';
            line = tab == NULL ? NULL : tab + 1;
        }
        test_case(part);
        count++;
        line = next + 1;
    }
    free(cases);
    return count;
}

int main(int argc, char **argv)
{
    expect(convertlead_version() / 10000 == CONVERTLEAD_VERSION / 10000, "version");
    test_callers();
    test_details();
    if (argc > 1) {
        int count = test_golden_samples(argv[1]);
        expect(count > 0, "golden samples in the list");
        printf("C: own tests and %d golden samples, %d failures\n", count, failures);
    } else {
        printf("C: own tests, %d failures; Tests/Languages/run.sh runs the golden samples too\n", failures);
    }
    return failures == 0 ? 0 : 1;
}
