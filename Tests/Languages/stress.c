/*
 * stress threads COUNT   8 threads with a translator each make COUNT calls each; every result must be the first one's.
 * stress memory COUNT    COUNT calls of all kinds; memory in use must not grow after the first tenth.
 * stress fork COUNT      COUNT children, made after use, each make calls with the parent's translator and with their own.
 */
#include <convertlead.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define URL "https://crm.zoho.com/crm/private/json/Leads/convertLead?authtoken=secret&leadId=42&xmlData="
#define ROWS(name)                                                                                                     \
    "<Potentials><row no=\"1\"><option val=\"createPotential\">true</option><option val=\"assignTo\">" name            \
    "</option></row><row no=\"2\"><FL val=\"Potential Name\">Roof and gutter</FL><FL val=\"Closing Date\">12/21/2009"  \
    "</FL><FL val=\"Potential Stage\">Won</FL><FL val=\"Amount\">3432.23</FL><FL val=\"Odd\">x</FL></row></Potentials>"

static const char users[] = "email,id\nasha.rao@example.com,1386586000000105002\n";

/* Calls that are translated, translated with a warning, refused for their content, and broken. */
static const char *const calls[] = {
    URL ROWS("asha.rao@example.com"),
    "{\"leadId\":42,\"xmlData\":\"<Potentials><row no='1'><option val='createPotential'>false</option></row></Potentials>\"}",
    URL ROWS("nobody@example.com"),
    URL "<Potentials><row>",
    "",
};
static const char *const replies[] = {
    "{\"data\":[{\"Contacts\":\"11\",\"Deals\":\"12\",\"Accounts\":null}]}",
    "{\"data\":[{\"code\":\"DUPLICATE_DATA\",\"details\":{\"api_name\":\"Email\"},\"message\":\"duplicate data\",\"status\":"
    "\"error\"}]}",
    "<html>busy</html>",
};
enum { CALLS = sizeof calls / sizeof *calls, REPLIES = sizeof replies / sizeof *replies, KINDS = CALLS + REPLIES };

static void fail(const char *what)
{
    fprintf(stderr, "stress: %s\n", what);
    exit(1);
}

static convertlead_translator *create(void)
{
    convertlead_translator *translator;
    const char options[] = "{\"api-version\":\"v3\",\"compact\":true}";
    if (convertlead_translator_create(options, sizeof options - 1, &translator, NULL) != CONVERTLEAD_OK) fail("options");
    if (convertlead_translator_add_table(translator, "users", NULL, users, sizeof users - 1, NULL) != CONVERTLEAD_OK)
        fail("users");
    return translator;
}

static int make_call(convertlead_translator *translator, int kind, convertlead_result *result)
{
    const char *text = kind < CALLS ? calls[kind] : replies[kind - CALLS];
    return kind < CALLS ? convertlead_translate_request(translator, text, strlen(text), result)
                        : convertlead_translate_reply(translator, text, strlen(text), NULL, result);
}

static int same_text(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && (a == NULL) == (b == NULL) && (a == NULL || memcmp(a, b, a_length) == 0);
}

static int same(const convertlead_result *a, const convertlead_result *b)
{
    return same_text(a->url, a->url_length, b->url, b->url_length)
        && same_text(a->body, a->body_length, b->body, b->body_length)
        && same_text(a->reply, a->reply_length, b->reply, b->reply_length)
        && same_text(a->diagnostics, a->diagnostics_length, b->diagnostics, b->diagnostics_length);
}

static int statuses[KINDS];
static convertlead_result expected[KINDS];

static void make_expected(void)
{
    convertlead_translator *translator = create();
    int kind;
    for (kind = 0; kind < KINDS; kind++) statuses[kind] = make_call(translator, kind, &expected[kind]);
    convertlead_translator_free(translator);
}

/* Makes as many calls as the long at the address says. */
static void *work(void *count)
{
    const long turns = *(const long *)count;
    convertlead_translator *translator = create();
    long turn;
    for (turn = 0; turn < turns; turn++) {
        convertlead_result result;
        int kind = (int)(turn % KINDS);
        if (make_call(translator, kind, &result) != statuses[kind] || !same(&result, &expected[kind]))
            fail("a result differs");
        convertlead_result_free(&result);
        if (turn % 1000 == 999) {
            convertlead_translator_free(translator);
            translator = create();
        }
    }
    convertlead_translator_free(translator);
    return NULL;
}

static long resident_kilobytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2) fail("/proc/self/statm");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void test_threads(long count)
{
    pthread_t threads[8];
    int index;
    for (index = 0; index < 8; index++) {
        if (pthread_create(&threads[index], NULL, work, &count) != 0) fail("pthread_create");
    }
    for (index = 0; index < 8; index++) pthread_join(threads[index], NULL);
    printf("stress: 8 threads x %ld calls, every result the same\n", count);
}

static void test_memory(long count)
{
    long tenth = count / 10, rest = count - tenth, first, last;
    work(&tenth);
    first = resident_kilobytes();
    work(&rest);
    last = resident_kilobytes();
    printf("stress: %ld calls, %ld KB resident after a tenth, %ld KB at the end\n", count, first, last);
    if (last > first + 512) fail("memory grows");
}

static void test_fork(long count)
{
    convertlead_translator *translator = create();
    convertlead_result result;
    long child, turns = 1000;
    int status;

    make_call(translator, 0, &result);
    convertlead_result_free(&result);
    for (child = 0; child < count; child++) {
        pid_t pid = fork();
        if (pid == 0) {
            if (make_call(translator, 0, &result) != statuses[0] || !same(&result, &expected[0])) _exit(1);
            convertlead_result_free(&result);
            work(&turns);
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) fail("a child failed");
    }
    if (make_call(translator, 0, &result) != statuses[0] || !same(&result, &expected[0])) fail("the parent failed");
    convertlead_result_free(&result);
    convertlead_translator_free(translator);
    printf("stress: %ld children after use\n", count);
}

int main(int argc, char **argv)
{
    if (argc != 3) fail("threads|memory|fork COUNT");
    make_expected();
    if (strcmp(argv[1], "threads") == 0) test_threads(atol(argv[2]));
    else if (strcmp(argv[1], "memory") == 0) test_memory(atol(argv[2]));
    else if (strcmp(argv[1], "fork") == 0) test_fork(atol(argv[2]));
    else fail("threads|memory|fork COUNT");
    return 0;
}
