import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Reads every XML reply of a folder the way old Java callers did; prints FILE, IDIOM, KEY and base64 of the value. */
class Reader {
    static final StringBuilder lines = new StringBuilder();

    static void tell(String file, String key, String value) {
        String text = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        lines.append(file).append("\tDOM\t").append(key).append('\t').append(text).append('\n');
    }

    public static void main(String[] arguments) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        File[] files = new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".xml"));
        Arrays.sort(files);
        for (File file : files) {
            Document document = builder.parse(file);
            Element root = document.getDocumentElement();
            if (root.getTagName().equals("success")) {
                // First children are asked for, so white space between elements would show.
                for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
                    Element record = (Element) child;
                    if (!record.getAttribute("param").equals("id")) throw new Exception(file + ": param");
                    tell(file.getName(), record.getTagName().toLowerCase(), record.getFirstChild().getNodeValue());
                }
            } else {
                Element error = (Element) root.getFirstChild();
                if (!root.getTagName().equals("response") || !error.getTagName().equals("error")) {
                    throw new Exception(file + ": the first child is not error");
                }
                tell(file.getName(), "code", error.getElementsByTagName("code").item(0).getTextContent());
                tell(file.getName(), "message", error.getElementsByTagName("message").item(0).getTextContent());
                tell(file.getName(), "uri", root.getAttribute("uri"));
            }
        }
        System.out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
