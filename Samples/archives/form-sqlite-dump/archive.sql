PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE calls(leadId text, xmlData text);
INSERT INTO calls VALUES('5550000000800001','<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Harbour Lights</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>');
INSERT INTO calls VALUES('5550000000800002','<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Blue Fern Bakery</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>');
INSERT INTO calls VALUES('5550000000800003','<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">Sailcloth &amp; Sons</FL><FL val="Closing Date">12/21/2018</FL><FL val="Potential Stage">Qualification</FL></row></Potentials>');
COMMIT;
