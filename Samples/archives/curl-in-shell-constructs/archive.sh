# 1
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead; echo done
# 2
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800002&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead&
# 3
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800003&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead &
# 4
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800004&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead>out.xml
# 5
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800005&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead|xmllint -
# 6
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800006&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead 2>/dev/null
# 7
curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800007&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead >f 2>&1
# 8
X=$(curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800008&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead)
# 9
X="$(curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800009&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead)"
echo "$X"
# 10
`curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800010&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead`
# 11
sudo curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800011&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
# 12
cd x && curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800012&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
# 13
if curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800013&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead; then
# 14
>f curl -d 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800014&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
