curl -s -d @- https://crm.zoho.eu/crm/private/xml/Leads/convertLead <<'END'
authtoken=made-up-secret&scope=crmapi&leadId=5550000000800001&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3EOne%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2019%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3CFL+val%3D%22Description%22%3EIt%27s+C%3A%5Cnew%2C+5%25+for+%24HOME%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E
END
curl -s 'https://crm.zoho.eu/crm/private/xml/Leads/convertLead?leadId=5550000000800002' \
  --data-urlencode xmlData@- <<EOF >2.xml
<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Two</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">It's C:\\new, 5% for \$HOME</FL></row></Potentials>
EOF
curl -s 'https://crm.zoho.eu/crm/private/xml/Leads/convertLead?leadId=5550000000800003' -F 'xmlData=<-' <<-"EOF"
	<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Three</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">It's C:\new, 5% for $HOME</FL></row></Potentials>
	EOF
result=$(cat <<'EOF' | curl -s -d @- https://crm.zoho.eu/crm/private/xml/Leads/convertLead
authtoken=made-up-secret&scope=crmapi&leadId=5550000000800004&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3EFour%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2019%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3CFL+val%3D%22Description%22%3EIt%27s+C%3A%5Cnew%2C+5%25+for+%24HOME%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E
EOF
)
curl -s -d @- https://crm.zoho.eu/crm/private/xml/Leads/convertLead <<< 'authtoken=made-up-secret&scope=crmapi&leadId=5550000000800005&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Etrue%3C%2Foption%3E%3C%2Frow%3E%3Crow+no%3D%222%22%3E%3CFL+val%3D%22Potential+Name%22%3EFive%3C%2FFL%3E%3CFL+val%3D%22Closing+Date%22%3E12%2F21%2F2019%3C%2FFL%3E%3CFL+val%3D%22Potential+Stage%22%3EQualification%3C%2FFL%3E%3CFL+val%3D%22Description%22%3EIt%27s+C%3A%5Cnew%2C+5%25+for+%24HOME%3C%2FFL%3E%3C%2Frow%3E%3C%2FPotentials%3E'
curl -s 'https://crm.zoho.eu/crm/private/xml/Leads/convertLead?leadId=5550000000800006' --data-urlencode xmlData@- <<EOF
<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Six</FL><FL val="Closing Date">12/21/2019</FL><FL val="Potential Stage">Qualification</FL><FL val="Description">for $HOME</FL></row></Potentials>
EOF
