curl -d 'leadId=5550000000800001&xmlData=<Potentials><row no="1"><option val="createPotential">O'Neil</option></row></Potentials>' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
curl -d 'leadId=5550000000800002&xmlData=<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
curl -d 'leadId=5550000000800003&xmlData=<Potentials><row no="1"><option val="createPotential">O'Neil</option></row></Potentials>' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
curl -d 'leadId=5550000000800004&xmlData=<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
curl -d 'leadId=5550000000800005&xmlData=<Potentials><row no="1"><option val="createPotential">O'Neil</option></row></Potentials>' https://crm.zoho.eu/crm/private/xml/Leads/convertLead
