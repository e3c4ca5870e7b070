import convertlead.ConvertLead;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/** A legacy caller as it was: API v1, XML in and out. */
final class Before {
    private static final String URL = "https://crm.zoho.com/crm/private/xml/Leads/convertLead";

    static String convertLead(String leadId, String xml, ConvertLead.Transport<Exception> http) throws Exception {
        String form = "authtoken=secret&scope=crmapi&leadId=" + leadId + "&xmlData="
                + URLEncoder.encode(xml, StandardCharsets.UTF_8);
        byte[] reply = http.send(URL, form.getBytes(StandardCharsets.UTF_8));
        Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(reply)).getDocumentElement();
        if (root.getElementsByTagName("error").getLength() > 0) {
            throw new IllegalStateException(root.getElementsByTagName("code").item(0).getTextContent());
        }
        return root.getElementsByTagName("Contact").item(0).getTextContent();
    }

    private Before() {}
}
