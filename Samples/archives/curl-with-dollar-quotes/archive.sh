curl 'https://crm.zoho.eu/crm/private/xml/Leads/convertLead' \
  -H 'cookie: made-up-secret' \
  --data-raw $'leadId=5550000000800001&xmlData=\u003cPotentials>\u003crow no="1">\u003coption val="createPotential">false\u003c/option>\u003c/row>\u003c/Potentials>' \
  --compressed
