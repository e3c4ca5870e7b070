-- Statements of MySQL and others that put rows into a table
REPLACE INTO `calls` SET `lead_id` = 5550000000800001, `xmlData` = '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>';
INSERT IGNORE INTO calls SET
  lead_id = 5550000000800002,
  xmlData = '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>'
ON DUPLICATE KEY UPDATE seen = seen + 1;
INSERT INTO calls SET lead_id=5550000000800003, note='set a=1; ok', xmlData='<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">O\'Hara; Sons, "x=1"</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>' /* the last */
INSERT LOW_PRIORITY INTO calls (lead_id, xmlData)
VALUES (5550000000800004,'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>');
REPLACE calls (lead_id, xmlData) VALUES (5550000000800005,'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>');
INSERT INTO calls (lead_id, xmlData) VALUES ROW(5550000000800006,'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>');
UPSERT INTO calls (lead_id, xmlData) VALUES (5550000000800007,'<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>');
UPDATE calls SET lead_id=5550000000800008,
  xmlData='<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>'
  WHERE id = 17;
UPDATE calls SET note='none' WHERE lead_id=5550000000800009 AND 1=0; INSERT calls SET xmlData='<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>', lead_id=5550000000890001;
MERGE INTO calls USING (SELECT 5550000000800010 AS lead_id, '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>' AS xmlData) s ON (1 = 0) WHEN NOT MATCHED THEN INSERT VALUES (s.lead_id, s.xmlData);
INSERT INTO calls SET lead_id=5550000000800011, xmlData='<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Poten
