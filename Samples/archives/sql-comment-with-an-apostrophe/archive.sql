INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800001,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
# it's a comment
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800002,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
-- it's another
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800003,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
/* it's a third */
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800004,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
