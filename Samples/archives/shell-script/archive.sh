#!/bin/bash
set -e
TOKEN=made-up-secret
URL=https://crm.zoho.eu/crm/private/xml/Leads/convertLead

LEAD=5550000000800001
XML='<Potentials><row no="1"><option val="createPotential">true</option></row>
<row no="2"><FL val="Potential Name">O'\''Brien</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>'
curl -s "$URL" -d "authtoken=$TOKEN&leadId=$LEAD" --data-urlencode "xmlData=$XML"
echo "done $LEAD"

read -r -d '' XML <<'EOF'
<Potentials><row no="1"><option val="createPotential">true</option></row>
<row no="2"><FL val="Potential Name">$5 off \n</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>
EOF
curl -s "$URL" -d authtoken=$TOKEN -d leadId=5550000000800002 --data-urlencode "xmlData=${XML}"

XML=$(cat <<'EOF'
<Potentials><row no="1"><option val="createPotential">true</option></row>
<row no="2"><FL val="Potential Name">Three</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>
EOF
)
curl -s "$URL" -d leadId=5550000000800003 --data-urlencode "xmlData=$XML"

cat > body.txt <<'EOF'
authtoken=made-up-secret&leadId=5550000000800004&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E
EOF
wget -qO- --post-file=body.txt "$URL"
cat <<'EOF' > lead.xml
<Potentials><row no="1"><option val="createPotential">true</option></row>
<row no="2"><FL val="Potential Name">Five</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>
EOF
curl -s "$URL" -F leadId=5550000000800005 -F 'xmlData=<lead.xml'
BODY="authtoken=made-up-secret&leadId=5550000000800006&xmlData=%3CPotentials%3E%3Crow+no%3D%221%22%3E%3Coption+val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E"; curl -s "$URL" -d "$BODY"
# Values that only the shell knows.
sed -i s/a/b/ lead.xml
curl -s "$URL" -F leadId=5550000000800007 -F 'xmlData=<lead.xml'
XML=$(./build.sh)
curl -s "$URL" -d leadId=5550000000800008 --data-urlencode "xmlData=$XML"
for LEAD in 5550000000800009 5550000000800010; do
  curl -s "$URL" -d "leadId=$LEAD" --data-urlencode "xmlData=$XML"
done
XML='<Potentials><row no="1"><option val="createPotential">true</option></row>
<row no="2"><FL val="Potential Name">Eleven</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>'
if [ -n "$1" ]; then
  XML=other
fi
curl -s "$URL" -d leadId=5550000000800011 --data-urlencode "xmlData=$XML"
