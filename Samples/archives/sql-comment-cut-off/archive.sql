INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800001,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
/* cut off
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800002,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
