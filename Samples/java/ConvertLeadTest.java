import convertlead.ConvertLead;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** java ConvertLeadTest [CASES.tsv]; CONVERTLEAD_LIBRARY names the library, Tests/Languages/run.sh makes the list of golden samples. */
final class ConvertLeadTest {
    private static final String XML =
            "<Potentials><row no=\"1\"><option val=\"createPotential\">true</option>"
                    + "<option val=\"assignTo\">asha.rao@example.com</option></row><row no=\"2\">"
                    + "<FL val=\"Potential Name\">Roof</FL><FL val=\"Closing Date\">12/21/2009</FL>"
                    + "<FL val=\"Potential Stage\">Won</FL></row></Potentials>";
    private static final byte[] USERS = bytes("email,id\nasha.rao@example.com,1386586000000105002\n");
    private static final byte[] V1_REPLY = bytes(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><success><Contact param=\"id\">11</Contact></success>");
    private static final byte[] V2_REPLY = bytes("{\"data\":[{\"Contacts\":\"11\",\"Deals\":null,\"Accounts\":null}]}");

    private static int failures;

    public static void main(String[] arguments) throws Exception {
        try (ConvertLead shim = new ConvertLead("{\"compact\":true}")) {
            shim.addTable("users", USERS, null);
            testCaller(shim);
            testSteps(shim);
            testAnswers(shim);
            testRefusals(shim);
            testThreads(shim);
        }
        if (arguments.length > 0) {
            int count = testGoldenSamples(Path.of(arguments[0]));
            same(true, count > 0, "golden samples in the list");
            System.out.println("Java: own tests and " + count + " golden samples, " + failures + " failures");
        } else {
            System.out.println(
                    "Java: own tests, " + failures + " failures; Tests/Languages/run.sh runs the golden samples too");
        }
        System.exit(failures == 0 ? 0 : 1);
    }

    /** The legacy caller gets the same before and after. */
    private static void testCaller(ConvertLead shim) throws Exception {
        List<String> sent = new ArrayList<>();
        String before = Before.convertLead("42", XML, (url, body) -> V1_REPLY);
        String after = After.convertLead(shim, "42", XML, (url, body) -> {
            sent.add(url + " " + text(body));
            return V2_REPLY;
        });
        same(before, after, "before and after");
        same(List.of("https://www.zohoapis.com/crm/v2/Leads/42/actions/convert {\"data\":[{\"assign_to\":"
                + "\"1386586000000105002\",\"Deals\":{\"Deal_Name\":\"Roof\",\"Closing_Date\":\"2009-12-21\","
                + "\"Stage\":\"Won\"}}]}"), sent, "what was sent");
    }

    /** The reply has the style of the call. */
    private static void testSteps(ConvertLead shim) {
        ConvertLead.Call call = shim.request(
                bytes("https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=" + XML));
        same(false, call.isRefused(), "JSON call");
        same("{\"success\":", text(shim.reply(V2_REPLY, call.uri()).reply()).substring(0, 11), "JSON reply");
    }

    /** An answer tells what became of the call, with the findings of both ways. */
    private static void testAnswers(ConvertLead shim) {
        ConvertLead.Answer answer = shim.answer(
                bytes("https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=<a"), (url, body) -> {
                    throw new AssertionError("it was sent");
                });
        same(false, answer.isSent(), "a refused answer");
        same("application/json;charset=utf-8", answer.contentType(), "its content type");
        same(new ConvertLead.Outcome(null, null, null, "xml.syntax", "requestUnreadable"), answer.outcome(), "its outcome");
        String odd = XML.replace("</row></P", "<FL val=\"Odd\">x</FL></row></P").replace("\"", "\\\"");
        byte[] call = bytes("{\"leadId\":\"42\",\"xmlData\":\"" + odd + "\"}");
        answer = shim.answer(call, (url, body) -> V2_REPLY);
        same(true, answer.isSent(), "an answer");
        same("text/xml;charset=utf-8", answer.contentType(), "its content type");
        same(new ConvertLead.Outcome("11", null, null, null, null), answer.outcome(), "ids");
        answer = shim.answer(call, (url, body) -> bytes("<html>"));
        same(new ConvertLead.Outcome(null, null, null, null, "replyUnreadable"), answer.outcome(), "a page's outcome");
        String both = answer.diagnostics();
        same(true, both.contains("v1.field.unknown") && both.contains("v2.response.page"), "both ways");
    }

    /** What is refused says so, in a form that the legacy caller reads. */
    private static void testRefusals(ConvertLead shim) {
        try (ConvertLead bare = new ConvertLead("")) {
            Exception error = thrown(() -> After.convertLead(bare, "42", XML, (url, body) -> {
                throw new AssertionError("it was sent");
            }));
            same("4600", error == null ? null : error.getMessage(), "a refused call");
        }
        ConvertLead.Reply reply = shim.reply(bytes("<html>"), null);
        same(false, reply.isUnderstood(), "a page");
        same(true, reply.diagnostics().contains("v2.response.page"), "a page's diagnostics");
        Exception option = thrown(() -> new ConvertLead("{\"api_version\":\"v2\"}"));
        same(true, option != null && option.getMessage().contains("config.option"), "wrong option");
        Exception table = thrown(() -> {
            shim.addTable("users", bytes("name\n"), "équipe.csv");
            return null;
        });
        same(true, table != null && table.getMessage().contains("équipe.csv"), "wrong table");
        ConvertLead closed = new ConvertLead("");
        closed.close();
        closed.close();
        same(true, thrown(() -> closed.request(V2_REPLY)) instanceof IllegalStateException, "closed");
    }

    /** Threads share a translator. */
    private static void testThreads(ConvertLead shim) throws Exception {
        String expected = text(shim.reply(V2_REPLY, null).reply());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> torn = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            torn.add(threads.submit(() -> {
                int count = 0;
                for (int turn = 0; turn < 1_000; turn++) {
                    count += text(shim.reply(V2_REPLY, null).reply()).equals(expected) ? 0 : 1;
                }
                return count;
            }));
        }
        for (Future<Integer> count : torn) {
            same(0, count.get(), "threads");
        }
        threads.shutdown();
    }

    /** The golden samples are byte-equal. */
    private static int testGoldenSamples(Path cases) throws Exception {
        int count = 0;
        for (String line : Files.readAllLines(cases)) {
            String[] part = line.split("\t");
            String what = part[0] + " " + part[1];
            byte[] input = Files.readAllBytes(Path.of(part[4]));
            try (ConvertLead shim = new ConvertLead(Files.readString(Path.of(part[2])))) {
                for (String table : part[3].equals("-") ? new String[0] : part[3].split("\\|")) {
                    String[] pair = table.split("=", 2);
                    shim.addTable(pair[0], Files.readAllBytes(Path.of(pair[1])), pair[1]);
                }
                if (part[0].equals("reply")) {
                    for (int style = 0; style < 2; style++) {
                        String uri = "/crm/private/" + (style == 0 ? "xml" : "json") + "/Leads/convertLead";
                        byte[] expected = Files.readAllBytes(Path.of(part[5 + style]));
                        same(true, Arrays.equals(expected, shim.reply(input, uri).reply()), what + " " + uri);
                    }
                } else if (part[5].equals("-")) {
                    same(true, shim.request(input).isRefused(), what);
                } else {
                    ConvertLead.Call call = shim.request(input);
                    same(Files.readString(Path.of(part[5])), text(call.body()) + "\n", what);
                    if (!part[6].equals("-")) {
                        same(Files.readString(Path.of(part[6])), call.url() + "\n", what + " url");
                    }
                }
            }
            count++;
        }
        return count;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static void same(Object expected, Object actual, String what) {
        if (expected == null ? actual != null : !expected.equals(actual)) {
            failures++;
            System.err.println("Java: " + what + ": expected " + expected + " got " + actual);
        }
    }

    private static Exception thrown(Callable<?> body) {
        try {
            body.call();
            return null;
        } catch (Exception error) {
            return error;
        }
    }

    private ConvertLeadTest() {}
}
