INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800001,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
INSERT INTO calls SET lead_id=5550000000800002, xmlData='<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>';
INSERT INTO calls (lead_id, xmlData) VALUES (5550000000800003,'<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>');
