#!/bin/sh
# saved from the browser
curl 'https://crm.zoho.com/crm/private/xml/Leads/convertLead' \
  -H 'Content-Type: application/x-www-form-urlencoded' \
  --data-raw 'authtoken=made-up-secret-0001&scope=crmapi&leadId=5550000000290001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' \
  --compressed
curl -X POST "https://crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=made-up-secret-0008" -d leadId=5550000000290002 --data-urlencode "xmlData=<Potentials><row no=\"1\"><option val=\"createPotential\">true</option></row><row no=\"2\"><FL val=\"Potential Name\">From a shell</FL><FL val=\"Closing Date\">12/21/2018</FL><FL val=\"Potential Stage\">Qualification</FL><FL val=\"Amount\">1200.50</FL></row></Potentials>"
curl https://crm.zoho.com/crm/private/xml/Leads/convertLead -d @body.txt
