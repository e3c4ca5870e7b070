-- Strings of PostgreSQL and Oracle, and rows of a partition
INSERT INTO calls (xmldata, lead_id) VALUES ($$<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">O'Hara; ($5)</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>$$, 5550000000800001);
INSERT INTO calls (lead_id, xmldata) VALUES (5550000000800002, $xml$<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">$$ a, b</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>$xml$::text);
INSERT INTO calls (xmldata, lead_id) VALUES (q'[<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">It's</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>]', 5550000000800003);
INSERT INTO calls (xmldata, lead_id) VALUES (Nq'!<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">It's</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>!', 5550000000800004);
INSERT ALL
  INTO calls (lead_id, xmldata) VALUES (5550000000800005, '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>')
  INTO calls (lead_id, xmldata) VALUES (5550000000800006, '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>')
SELECT * FROM dual;
INSERT INTO calls PARTITION (p2018) (xmldata, lead_id) VALUES ('<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>', 5550000000800007);
INSERT INTO calls WITH (TABLOCK) (xmldata, lead_id) VALUES ('<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>', 5550000000800008);
CREATE FUNCTION keep() RETURNS void AS $$
BEGIN
  INSERT INTO calls (lead_id, xmldata) VALUES (1, 'don''t');
  RETURN;
END;
$$ LANGUAGE plpgsql;
INSERT INTO calls (lead_id, xmldata) VALUES (5550000000800009, '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2"><FL val="Potential Name">A</FL><FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Closed Won</FL></row></Potentials>');
