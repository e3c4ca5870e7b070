import convertlead.ConvertLead;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/** The same caller with the shim: the transport now sends v2 calls, and the rest did not change. */
final class After {
    private static final String URL = "https://crm.zoho.com/crm/private/xml/Leads/convertLead";

    static String convertLead(ConvertLead shim, String leadId, String xml, ConvertLead.Transport<Exception> http)
            throws Exception {
        String form = "scope=crmapi&leadId=" + leadId + "&xmlData="
                + URLEncoder.encode(xml, StandardCharsets.UTF_8);
        byte[] reply = shim.convert((URL + "?" + form).getBytes(StandardCharsets.UTF_8), http);
        Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(reply)).getDocumentElement();
        if (root.getElementsByTagName("error").getLength() > 0) {
            throw new IllegalStateException(root.getElementsByTagName("code").item(0).getTextContent());
        }
        return root.getElementsByTagName("Contact").item(0).getTextContent();
    }

    private After() {}
}
