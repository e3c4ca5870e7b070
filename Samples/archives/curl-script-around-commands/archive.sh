# see the manual
curl -X POST \
  -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' \
  https://crm.zoho.eu/crm/private/xml/Leads/convertLead
export TRIES=3
curl -X POST \
  -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800002&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' \
  https://crm.zoho.eu/crm/private/xml/Leads/convertLead
set -e
curl -X POST \
  -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800003&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' \
  https://crm.zoho.eu/crm/private/xml/Leads/convertLead
